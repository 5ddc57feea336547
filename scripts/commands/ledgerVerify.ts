import { existsSync } from 'node:fs';
import { join } from 'node:path';
import '../../service/src/ledger/embedded/quietFabric.ts'; // before the contracts: see there
import { contracts } from '@yinxin/chaincode';
import { createDispatcher } from '../../service/src/ledger/embedded/contractDispatcher.ts';
import type { Config } from '../../service/src/config.ts';
import { verifyLedger } from '../../service/src/ledger/embedded/verifyLedger.ts';
import type { LedgerVerification } from '../../service/src/ledger/ledgerFault.ts';
import { connectFabric, INDEX_FILE } from '../../service/src/composition/openLedger.ts';
import type { Certificate } from '../../service/src/pki/certificate.ts';
import type { TrustFile } from '../../service/src/pki/trustStore.ts';
import { EXIT, optionTexts, outJson, UsageError, type Call, type Command } from '../command.ts';
import { readInput, readTrust } from '../files.ts';
import { DATA_DIR, localConfig } from '../localService.ts';

/** `yinxin ledger verify`: checks the whole ledger without trusting its file, or on Fabric the own peer. */
export const ledgerVerifyCommand: Command = {
  name: 'ledger verify',
  usage: '[--data-dir DIR] [--trust PEM] [--checkpoint FILE]',
  summary: {
    'zh-CN': '核验整个账本：区块链、签名、每个操作，单机账本还重新执行每次交易；服务运行时也可',
    en: 'Check the whole ledger: chain, signatures, acts, on one machine every transaction run again; beside a running service too',
  },
  help: {
    'zh-CN': [
      '--data-dir DIR       数据目录（默认 YINXIN_DATA_DIR）',
      '--trust PEM          节点证书（Fabric：各机构背书节点的证书）须可追溯到这些根；不给则按所载采用。可重复',
      '--checkpoint FILE    以前保存的检查点：账本必须是它的延伸。可重复',
    ].join('\n'),
    en: [
      '--data-dir DIR       the data directory (YINXIN_DATA_DIR by default)',
      '--trust PEM          roots that the node’s certificates (Fabric: those of the organisations’ peers) must lead to;',
      '                     else they are taken as given. May be repeated',
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
    const config = localConfig(call);
    const trust = await readTrust(optionTexts(call, 'trust'));
    const checkpoints: string[] = [];
    for (const path of optionTexts(call, 'checkpoint')) {
      checkpoints.push(Buffer.from(await readInput(path)).toString('utf8'));
    }
    const result = await (config.ledger === 'embedded'
      ? verifyEmbedded(config, given(checkpoints, trust.anchors))
      : verifyFabric(config, given(checkpoints, organisationRoots(trust))));
    if (call.isJson) outJson(call.io, result);
    else call.io.out(render(result, call));
    return result.faults.length === 0 ? EXIT.done : EXIT.refused;
  },
};

interface Given {
  readonly checkpoints: readonly string[];
  readonly anchors?: readonly Certificate[];
}

function given(checkpoints: readonly string[], anchors: readonly Certificate[]): Given {
  return anchors.length === 0 ? { checkpoints } : { checkpoints, anchors };
}

/** Those marked as such where there are any, so that who certifies nodes cannot stand in for an organisation. */
function organisationRoots(trust: TrustFile): readonly Certificate[] {
  return trust.endorsementAnchors.length > 0 ? trust.endorsementAnchors : trust.anchors;
}

async function verifyEmbedded(
  { dataDir }: Pick<Config, 'dataDir'>,
  options: Given,
): Promise<LedgerVerification> {
  const file = join(dataDir, 'ledger.db');
  if (!existsSync(file)) throw new UsageError(`there is no ledger ${file}`);
  return await verifyLedger({ file, dispatcher: createDispatcher(contracts), ...options });
}

async function verifyFabric(config: Config, options: Given): Promise<LedgerVerification> {
  const { verifyChannel } = await import('../../service/src/ledger/fabric/verifyChannel.ts');
  const { transport, chaincode } = await connectFabric(config);
  try {
    const indexFile = join(config.dataDir, INDEX_FILE);
    return await verifyChannel({ transport, chaincode, indexFile, ...options });
  } finally {
    await transport.close();
  }
}

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
