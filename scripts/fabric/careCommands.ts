/** `scripts/network …`: what is done to a network now and then. */
import { resolve } from 'node:path';
import {
  EXIT,
  optionText,
  outJson,
  requiredText,
  UsageError,
  type Call,
  type Command,
} from '../command.ts';
import {
  DIR,
  DIR_HELP,
  existingTools,
  situationOf,
  wholeNumber,
  withFaultsSaid,
} from './networkCall.ts';
import type { PeerNode } from './plan.ts';
import type { Tools } from './peerCommand.ts';
import { prepareMember } from './member.ts';
import { renewCertificates } from './renew.ts';
import { restorePeer, takeSnapshot } from './snapshot.ts';
import { upgradeChaincode } from './upgrade.ts';

export const upgradeChaincodeCommand: Command = {
  name: 'upgrade-chaincode',
  usage: '[--dir DIR]',
  summary: {
    en: 'Change over to the chaincode that is built now, while the network runs',
    'zh-CN': '在网络运行中切换到当前构建的链码',
  },
  help: DIR_HELP,
  options: DIR,
  operands: 0,
  run: (call) =>
    withFaultsSaid(call, async () => {
      const { sequence, version } = await upgradeChaincode(existingTools(call));
      if (call.isJson) outJson(call.io, { sequence, version });
      else {
        call.io.out(
          call.language === 'en'
            ? `chaincode ${version} is committed, sequence ${sequence}\n`
            : `链码 ${version} 已提交，序号 ${sequence}\n`,
        );
      }
      return EXIT.done;
    }),
};

export const renewCommand: Command = {
  name: 'renew',
  usage: '[--dir DIR]',
  summary: {
    en: 'Issue all certificates anew and restart',
    'zh-CN': '重新签发所有证书并重启',
  },
  help: {
    en: `${DIR_HELP.en}

Authorities stay (20 years); nodes and users get new keys and certificates (3 years), orderers new TLS certificates for the keys
they have. Restart the services afterwards.`,
    'zh-CN': `${DIR_HELP['zh-CN']}

CA 不变（20 年）；节点与用户获得新的密钥和证书（3 年），排序节点以原密钥换发 TLS 证书。之后请重启业务服务。`,
  },
  options: DIR,
  operands: 0,
  run: (call) =>
    withFaultsSaid(call, async () => {
      await renewCertificates(existingTools(call), situationOf(call));
      return EXIT.done;
    }),
};

export const snapshotCommand: Command = {
  name: 'snapshot',
  usage: 'PEER --out DIR [--dir DIR]',
  summary: {
    en: 'Copy the state of a peer’s channel as of its last block',
    'zh-CN': '复制节点通道在最新区块处的状态',
  },
  help: {
    en: `${DIR_HELP.en}\n--out DIR        where to; must not exist`,
    'zh-CN': `${DIR_HELP['zh-CN']}\n--out 目录       目标目录，须不存在`,
  },
  options: { ...DIR, out: { type: 'string' } },
  operands: 1,
  run: (call) =>
    withFaultsSaid(call, async () => {
      const out = resolve(requiredText(call, 'out'));
      const tools = existingTools(call);
      const block = await takeSnapshot(tools, peerOf(call, tools), out);
      if (call.isJson) outJson(call.io, { block, out });
      else
        call.io.out(
          call.language === 'en' ? `block ${block}: ${out}\n` : `区块 ${block}：${out}\n`,
        );
      return EXIT.done;
    }),
};

export const restoreCommand: Command = {
  name: 'restore',
  usage: 'PEER [--from DIR] [--dir DIR]',
  summary: {
    en: 'Give a peer a new ledger; what it had is removed',
    'zh-CN': '为节点重建账本；原有内容将删除',
  },
  help: {
    en: `${DIR_HELP.en}
--from DIR       what the command snapshot wrote: quick, but the peer has no older blocks; without it the peer gets all blocks
                 from the orderers`,
    'zh-CN': `${DIR_HELP['zh-CN']}
--from 目录      snapshot 命令写出的目录：较快，但节点没有更早的区块；不给出时节点从排序节点取得全部区块`,
  },
  options: { ...DIR, from: { type: 'string' } },
  operands: 1,
  run: (call) =>
    withFaultsSaid(call, async () => {
      const from = optionText(call, 'from');
      const tools = existingTools(call);
      await restorePeer(tools, peerOf(call, tools), from === null ? null : resolve(from));
      return EXIT.done;
    }),
};

export const organisationCommand: Command = {
  name: 'organisation',
  usage: 'NAME --msp-id ID --port N --out DIR',
  summary: {
    en: 'Make identities and a peer’s configuration for an organisation that will join',
    'zh-CN': '为即将加入的组织生成身份与节点配置',
  },
  help: {
    en: `--msp-id ID      its name on the channel
--port N         first of three ports of its peer on 127.0.0.1
--out DIR        where to; must not exist

docs/operations.md says how it joins with them.`,
    'zh-CN': `--msp-id ID      在通道上的名称
--port N         其节点在 127.0.0.1 上三个端口的首个
--out 目录       目标目录，须不存在

加入步骤见 docs/operations.md。`,
  },
  options: { 'msp-id': { type: 'string' }, port: { type: 'string' }, out: { type: 'string' } },
  operands: 1,
  run: (call) =>
    withFaultsSaid(call, () => {
      const [name = ''] = call.operands;
      const mspId = requiredText(call, 'msp-id');
      const port = wholeNumber(call, 'port', { least: 1024, most: 65_533 });
      if (port === null) throw new UsageError('--port is needed');
      if (![name, mspId].every((word) => /^[A-Za-z][A-Za-z0-9]{0,63}$/.test(word))) {
        throw new UsageError('names are letters and digits, 64 at most');
      }
      const dir = resolve(requiredText(call, 'out'));
      prepareMember({ dir, organisation: { name, mspId }, port }, situationOf(call));
      return Promise.resolve(EXIT.done);
    }),
};

function peerOf({ operands }: Call, { plan }: Tools): PeerNode {
  const found = plan.peers.find(({ name }) => name === operands[0]);
  if (found === undefined) {
    throw new UsageError(`the peers are ${plan.peers.map(({ name }) => name).join(', ')}`);
  }
  return found;
}
