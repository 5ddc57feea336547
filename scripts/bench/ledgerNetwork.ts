/** A Fabric network of the bench's own: two organisations with a peer each, one orderer. */
import { join } from 'node:path';
import { openFabricLedger } from '../../service/src/ledger/fabric/fabricLedger.ts';
import { readConnectionProfile } from '../../service/src/ledger/fabric/connectionProfile.ts';
import { connectGateway } from '../../service/src/ledger/fabric/gatewayTransport.ts';
import type { Ledger } from '../../service/src/ledger/ledger.ts';
import { processesOf } from '../fabric/nodes.ts';
import type { Processes } from '../fabric/processes.ts';
import { DEFAULT_SHAPE, networkPaths, OPERATOR, planNetwork } from '../fabric/plan.ts';
import type { Programs } from '../fabric/programs.ts';
import { bringUp, takeDown } from '../fabric/up.ts';
import type { ProcessorTimes } from './closedLoop.ts';
import type { LedgerCity } from './ledgerCity.ts';
import { cpuMs } from './processorTime.ts';

export interface NetworkOrder {
  /** Holds nothing yet. */
  readonly dir: string;
  readonly basePort: number;
  /** How long a block waits for company. */
  readonly batchTimeoutMs: number;
  readonly programs: Programs;
}

/** A network in use. */
export interface LedgerBench {
  readonly ledger: Ledger;
  readonly batchTimeoutMs: number;
  /** Of the network's processes by kind, and of this one. */
  readonly processorTimes: () => ProcessorTimes;
}

/** Brings a network up, founds the city on it, and takes it down whatever happens. */
export async function withNetwork<T>(
  order: NetworkOrder,
  city: LedgerCity,
  work: (bench: LedgerBench) => Promise<T>,
): Promise<T> {
  const { dir, basePort, batchTimeoutMs, programs } = order;
  const plan = planNetwork(dir, { ...DEFAULT_SHAPE, basePort, batchTimeoutMs });
  const interrupted = (): void => {
    void takeDown(dir).finally(() => process.exit(1));
  };
  for (const signal of SIGNALS) process.once(signal, interrupted);
  try {
    await bringUp({ plan, programs }, { at: new Date(), ground: null });
    const ledger = await openLedger(dir, city);
    try {
      await city.found(ledger);
      const processes = processesOf(plan);
      const times = (): ProcessorTimes => timesOf(processes);
      return await work({ ledger, batchTimeoutMs, processorTimes: times });
    } finally {
      await ledger.close();
    }
  } finally {
    for (const signal of SIGNALS) process.removeListener(signal, interrupted);
    await takeDown(dir);
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** By the kind that begins a process's name: `peer0.operator` is a peer. */
function timesOf(processes: Processes): ProcessorTimes {
  const times: Record<string, number> = { client: cpuMs(process.pid) ?? 0 };
  for (const name of processes.names()) {
    const kind = /^[a-z]+/.exec(name)?.[0] ?? name;
    const pid = processes.pid(name);
    times[kind] = (times[kind] ?? 0) + (pid === null ? 0 : (cpuMs(pid) ?? 0));
  }
  return times;
}

async function openLedger(dir: string, { node }: LedgerCity): Promise<Ledger> {
  const profile = await readConnectionProfile(networkPaths(dir).profile(OPERATOR));
  return await openFabricLedger({
    transport: await connectGateway(profile),
    indexFile: join(dir, 'bench-index.db'),
    signer: node,
    origin: 'bench.example/ledger',
  });
}
