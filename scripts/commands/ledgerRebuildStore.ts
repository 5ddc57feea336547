import { rebuildStore } from '../../service/src/rebuild/rebuildStore.ts';
import { EXIT, outJson, type Command } from '../command.ts';
import { DATA_DIR, withService } from '../localService.ts';

const LOST = {
  'zh-CN':
    '账本不含、因而无法重建：个人信息、证照文件与凭证、账号与窗口、证照类型与事项的定义、用证记录内容、导入记录。请从备份恢复。',
  en: 'Not on the ledger, so not rebuilt: personal data, documents and credentials, accounts and windows, definitions of licence types and matters, contents of usage records, imports. Restore those from a backup.',
} as const;

/** `yinxin ledger rebuild-store`: writes the store's index anew from the ledger. */
export const ledgerRebuildStoreCommand: Command = {
  name: 'ledger rebuild-store',
  usage: '[--data-dir DIR]',
  summary: {
    'zh-CN': '按账本重建数据库索引（须先停止服务）',
    en: 'Rebuild the store’s index from the ledger (the service must be stopped)',
  },
  help: {
    'zh-CN': `--data-dir DIR       数据目录（默认 YINXIN_DATA_DIR）\n\n${LOST['zh-CN']}`,
    en: `--data-dir DIR       the data directory (YINXIN_DATA_DIR by default)\n\n${LOST.en}`,
  },
  options: DATA_DIR,
  operands: 0,
  async run(call) {
    const summary = await withService(call, (service) => rebuildStore(service));
    if (call.isJson) {
      outJson(call.io, summary);
    } else {
      const counts = Object.entries(summary).map(([kind, count]) => `${kind} ${count}`);
      call.io.out(`${counts.join('  ')}\n${LOST[call.language]}\n`);
    }
    return EXIT.done;
  },
};
