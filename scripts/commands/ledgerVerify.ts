import { existsSync } from 'node:fs';
import { join } from 'node:path';
import '../../service/src/ledger/embedded/quietFabric.ts'; // before the contracts: see there
import { contracts } from '@yinxin/chaincode';
import { createDispatcher } from '../../service/src/ledger/embedded/contractDispatcher.ts';
import {
  verifyLedger,
  type LedgerVerification,
} from '../../service/src/ledger/embedded/verifyLedger.ts';
import { EXIT, optionTexts, outJson, UsageError, type Call, type Command } from '../command.ts';
import { readInput, readTrust } from '../files.ts';
import { DATA_DIR, localConfig } from '../localService.ts';

/** `yinxin ledger verify`: checks the whole embedded ledger without trusting its file. */
export const ledgerVerifyCommand: Command = {
  name: 'ledger verify',
  usage: '[--data-dir DIR] [--trust PEM] [--checkpoint FILE]',
  summary: {
    'zh-CN': '核验整个账本：区块链、签名、每个操作、每次交易重新执行；服务运行时也可',
    en: 'Check the whole ledger: chain, signatures, acts, every transaction run again; beside a running service too',
  },
  help: {
    'zh-CN': [
      '--data-dir DIR       数据目录（默认 YINXIN_DATA_DIR）',
      '--trust PEM          节点证书须可追溯到这些根；不给则按文件所载采用。可重复',
      '--checkpoint FILE    以前保存的检查点：账本必须是它的延伸。可重复',
    ].join('\n'),
    en: [
      '--data-dir DIR       the data directory (YINXIN_DATA_DIR by default)',
      '--trust PEM          roots that the node’s certificates must lead to; else they are taken as given. May be repeated',
      '--checkpoint FILE    a checkpoint seen before: the ledger must extend it. May be repeated',
    ].join('\n'),
  },
  options: {
    ...DATA_DIR,
    trust: { type: 'string', multiple: true },
    checkpoint: { type: 'string', multiple: true },
  },
  operands: 0,
  async run(call) {
    const file = join(localConfig(call).dataDir, 'ledger.db');
    if (!existsSync(file)) throw new UsageError(`there is no ledger ${file}`);
    const { anchors } = await readTrust(optionTexts(call, 'trust'));
    const checkpoints: string[] = [];
    for (const path of optionTexts(call, 'checkpoint')) {
      checkpoints.push(Buffer.from(await readInput(path)).toString('utf8'));
    }
    const result = await verifyLedger({
      ...{ file, checkpoints, dispatcher: createDispatcher(contracts) },
      ...(anchors.length === 0 ? {} : { anchors }),
    });
    if (call.isJson) outJson(call.io, result);
    else call.io.out(render(result, call));
    return result.faults.length === 0 ? EXIT.done : EXIT.refused;
  },
};

function render(result: LedgerVerification, { language }: Call): string {
  const { height, batches, headHash, logRoot, faults } = result;
  const isEnglish = language === 'en';
  const verdict =
    faults.length === 0
      ? isEnglish
        ? 'The ledger is as it was recorded.'
        : '账本完好，与记录时一致。'
      : isEnglish
        ? `${faults.length} fault(s) found.`
        : `发现 ${faults.length} 处问题。`;
  const lines = [
    verdict,
    `${isEnglish ? 'blocks' : '区块'} ${height}  ${isEnglish ? 'batches' : '批次'} ${batches}`,
    `head ${headHash}`,
    `log  ${logRoot}`,
    ...faults.map(({ code, block, detail }) => `  ✗ ${code} block ${block ?? '-'}: ${detail}`),
  ];
  return `${lines.join('\n')}\n`;
}
