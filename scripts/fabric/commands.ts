/** `scripts/network …`: starting, stopping, looking. */
import { existsSync, readFileSync } from 'node:fs';
import {
  EXIT,
  optionText,
  outJson,
  UsageError,
  type Call,
  type Command,
  type ExitCode,
} from '../command.ts';
import {
  DIR,
  DIR_HELP,
  dirOf,
  existingTools,
  noNetwork,
  programsOf,
  start,
  wholeNumber,
  withFaultsSaid,
} from './networkCall.ts';
import { processesOf } from './nodes.ts';
import { DEFAULT_SHAPE, planNetwork, PORTS_A_NETWORK, type NetworkShape } from './plan.ts';
import { readState } from './state.ts';
import { readStatus, type NetworkStatus } from './status.ts';
import { stopNetwork, takeDown } from './up.ts';

const DEFAULT_LINES = 20;
const MAX_PORT = 65_535;

export const upCommand: Command = {
  name: 'up',
  usage: '[--dir DIR] [--base-port N] [--orderers 1|3] [--peers 1|2] [--batch-timeout-ms N]',
  summary: {
    en: 'Make and start what is missing, and wait until both organisations endorse',
    'zh-CN': '补齐并启动网络，直至两个组织均可背书',
  },
  help: {
    en: `${DIR_HELP.en}
--base-port N    first of ${PORTS_A_NETWORK} ports on 127.0.0.1 (default ${DEFAULT_SHAPE.basePort})
--orderers 1|3   Raft orderers (default 1)
--peers 1|2      peers an organisation (default 1)
--batch-timeout-ms N  how long a block waits for company after its first transaction (default 200)

A network keeps its size and ports. Programs of Fabric come from FABRIC_BIN or the PATH; if FABRIC_CFG_PATH is set, its
core.yaml and orderer.yaml are read beneath our own settings.`,
    'zh-CN': `${DIR_HELP['zh-CN']}
--base-port N    127.0.0.1 上 ${PORTS_A_NETWORK} 个端口的首个（默认 ${DEFAULT_SHAPE.basePort}）
--orderers 1|3   Raft 排序节点数（默认 1）
--peers 1|2      每个组织的节点数（默认 1）
--batch-timeout-ms N  区块自首笔交易起的等待毫秒数（默认 200）

网络的规模与端口不再改变。Fabric 程序取自 FABRIC_BIN 或 PATH；若设置了 FABRIC_CFG_PATH，则其 core.yaml 与 orderer.yaml
位于本项目设置之下。`,
  },
  options: {
    ...DIR,
    'base-port': { type: 'string' },
    orderers: { type: 'string' },
    peers: { type: 'string' },
    'batch-timeout-ms': { type: 'string' },
  },
  operands: 0,
  run: (call) => withFaultsSaid(call, up),
};

export const stopCommand: Command = {
  name: 'stop',
  usage: '[--dir DIR]',
  summary: {
    en: 'End all processes and keep everything else',
    'zh-CN': '停止所有进程，保留其余内容',
  },
  help: DIR_HELP,
  options: DIR,
  operands: 0,
  run: (call) =>
    withFaultsSaid(call, async () => {
      await stopNetwork(dirOf(call));
      return EXIT.done;
    }),
};

export const restartCommand: Command = {
  name: 'restart',
  usage: '[--dir DIR]',
  summary: { en: 'Stop, and start again with everything kept', 'zh-CN': '停止后保留数据重新启动' },
  help: DIR_HELP,
  options: DIR,
  operands: 0,
  run: (call) =>
    withFaultsSaid(call, async () => {
      const tools = existingTools(call);
      await stopNetwork(tools.plan.dir);
      return start(call, tools);
    }),
};

export const downCommand: Command = {
  name: 'down',
  usage: '[--dir DIR]',
  summary: {
    en: 'End all processes and remove the folder: ledger, keys and all',
    'zh-CN': '停止所有进程并删除网络目录（含账本与密钥）',
  },
  help: DIR_HELP,
  options: DIR,
  operands: 0,
  run: (call) =>
    withFaultsSaid(call, async () => {
      await takeDown(dirOf(call));
      return EXIT.done;
    }),
};

export const statusCommand: Command = {
  name: 'status',
  usage: '[--dir DIR]',
  summary: {
    en: 'Show each process; exit code 1 unless all are well',
    'zh-CN': '显示各进程状态；非全部正常时退出码为 1',
  },
  help: DIR_HELP,
  options: DIR,
  operands: 0,
  run: (call) => withFaultsSaid(call, status),
};

export const logsCommand: Command = {
  name: 'logs',
  usage: '[NAME] [--dir DIR] [--lines N]',
  summary: { en: 'Show the ends of logs', 'zh-CN': '显示日志末尾' },
  help: {
    en: `${DIR_HELP.en}\n--lines N        how many lines each (default ${DEFAULT_LINES})`,
    'zh-CN': `${DIR_HELP['zh-CN']}\n--lines N        每个日志的行数（默认 ${DEFAULT_LINES}）`,
  },
  options: { ...DIR, lines: { type: 'string' } },
  operands: [0, 1],
  run: (call) => withFaultsSaid(call, (one) => Promise.resolve(logs(one))),
};

async function up(call: Call): Promise<ExitCode> {
  const dir = dirOf(call);
  const known = readState(dir)?.shape ?? null;
  const shape = shapeOf(call, known ?? DEFAULT_SHAPE);
  if (known !== null && JSON.stringify(known) !== JSON.stringify(shape)) {
    throw new UsageError(`${dir} holds a network of another size or with other ports`);
  }
  return start(call, { plan: planNetwork(dir, shape), programs: programsOf(call) });
}

async function status(call: Call): Promise<ExitCode> {
  const tools = existingTools(call);
  const found = await readStatus(tools);
  if (call.isJson) outJson(call.io, found);
  else call.io.out(renderStatus(found, call));
  return found.nodes.every(({ isHealthy }) => isHealthy) ? EXIT.done : EXIT.refused;
}

function renderStatus({ nodes, committed }: NetworkStatus, { language }: Call): string {
  const words =
    language === 'en'
      ? { well: 'well', unwell: 'not well', stopped: 'stopped', chaincode: 'chaincode' }
      : { well: '正常', unwell: '异常', stopped: '已停止', chaincode: '链码' };
  const lines = nodes.map(({ name, pid, port, isHealthy }) => {
    const state = pid === null ? words.stopped : isHealthy ? words.well : words.unwell;
    return `${name.padEnd(20)} ${String(port).padEnd(6)} ${String(pid ?? '-').padEnd(8)} ${state}\n`;
  });
  const definition = committed === null ? '-' : `${committed.sequence} ${committed.version}`;
  return `${lines.join('')}${words.chaincode.padEnd(20)} ${definition}\n`;
}

function logs(call: Call): ExitCode {
  const dir = dirOf(call);
  const state = readState(dir);
  if (state === null) throw noNetwork(dir);
  const processes = processesOf(planNetwork(dir, state.shape));
  const lines = wholeNumber(call, 'lines', { least: 1, most: 100_000 }) ?? DEFAULT_LINES;
  const [wanted] = call.operands;
  const names = wanted === undefined ? [...processes.names()].sort() : [wanted];
  for (const name of names) {
    const file = processes.logFile(name);
    if (!existsSync(file)) throw new UsageError(`there is no log of ${name}`);
    const end = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines);
    call.io.out(`== ${file}\n${end.join('\n')}\n`);
  }
  return EXIT.done;
}

function shapeOf(call: Call, otherwise: NetworkShape): NetworkShape {
  const most = MAX_PORT - PORTS_A_NETWORK;
  const batchTimeoutMs =
    wholeNumber(call, 'batch-timeout-ms', { least: 10, most: 60_000 }) ?? otherwise.batchTimeoutMs;
  return {
    basePort: wholeNumber(call, 'base-port', { least: 1024, most }) ?? otherwise.basePort,
    orderers: oneOf(call, 'orderers', [1, 3] as const) ?? otherwise.orderers,
    peers: oneOf(call, 'peers', [1, 2] as const) ?? otherwise.peers,
    ...(batchTimeoutMs === undefined ? {} : { batchTimeoutMs }),
  };
}

function oneOf<T extends number>(call: Call, name: string, values: readonly T[]): T | null {
  const text = optionText(call, name);
  if (text === null) return null;
  const found = values.find((value) => String(value) === text);
  if (found === undefined) throw new UsageError(`--${name} is one of ${values.join(', ')}`);
  return found;
}
