import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startOf } from '../../scripts/fabric/processes.ts';
import type { NetworkStatus } from '../../scripts/fabric/status.ts';
import { freePorts } from '../support/fabricNetwork.ts';
import { runNetwork } from '../support/runNetwork.ts';

const parent = mkdtempSync(join(tmpdir(), 'network-'));
const dir = join(parent, 'network');
let pids: readonly number[] = [];

async function readStatus(): Promise<NetworkStatus> {
  const { out } = await runNetwork(['status', '--dir', dir, '--json']);
  return JSON.parse(out) as NetworkStatus;
}

async function readPids(): Promise<readonly number[]> {
  const { nodes } = await readStatus();
  return nodes.map(({ pid }) => pid ?? 0);
}

beforeAll(async () => {
  const basePort = String(await freePorts());
  const { exit, err } = await runNetwork(['up', '--dir', dir, '--base-port', basePort]);
  expect({ exit, err }).toEqual({ exit: 0, err: '' });
});

afterAll(async () => {
  await runNetwork(['down', '--dir', dir]);
  rmSync(parent, { recursive: true, force: true });
});

describe('scripts/network', () => {
  it('runs five processes, all well', async () => {
    const { exit, out } = await runNetwork(['status', '--dir', dir, '--json']);
    const { nodes, committed } = JSON.parse(out) as NetworkStatus;

    expect(exit).toBe(0);
    expect(nodes.map(({ name, isHealthy }) => [name, isHealthy])).toEqual([
      ['orderer0', true],
      ['peer0.operator', true],
      ['peer0.auditor', true],
      ['chaincode.operator', true],
      ['chaincode.auditor', true],
    ]);
    expect(committed?.sequence).toBe(1);
  });

  it('leaves what runs as it is when it is brought up again', async () => {
    const before = await readPids();

    expect(await runNetwork(['up', '--dir', dir])).toMatchObject({ exit: 0, err: '' });
    expect(await readPids()).toEqual(before);
  });

  it('refuses another size for a network that is there', async () => {
    expect(await runNetwork(['up', '--dir', dir, '--peers', '2'])).toMatchObject({ exit: 2 });
  });

  it('starts what died', async () => {
    const { nodes } = await readStatus();
    const peer = nodes.find(({ name }) => name === 'peer0.auditor');
    process.kill(peer?.pid ?? 0, 'SIGKILL');
    while (startOf(peer?.pid ?? 0) !== null) await new Promise(setImmediate);

    expect(await runNetwork(['status', '--dir', dir])).toMatchObject({ exit: 1 });
    expect(await runNetwork(['up', '--dir', dir])).toMatchObject({ exit: 0 });
    expect(await runNetwork(['status', '--dir', dir])).toMatchObject({ exit: 0 });
  });

  it('starts again with its ledger after a stop', async () => {
    expect(await runNetwork(['stop', '--dir', dir])).toMatchObject({ exit: 0 });
    expect(await readPids()).toEqual([0, 0, 0, 0, 0]);
    expect(await runNetwork(['restart', '--dir', dir])).toMatchObject({ exit: 0, err: '' });
    expect(await runNetwork(['status', '--dir', dir])).toMatchObject({ exit: 0 });
  });

  it('shows the ends of logs', async () => {
    const { exit, out } = await runNetwork(['logs', 'orderer0', '--dir', dir]);

    expect(exit).toBe(0);
    expect(out).toContain('logs/orderer0.log');
  });

  it('upgrades the chaincode, and ends the old one', async () => {
    const before = await readStatus();

    const { exit, err } = await runNetwork(['upgrade-chaincode', '--dir', dir]);
    const after = await readStatus();

    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    expect(after.committed?.sequence).toBe(2);
    expect(after.nodes.every(({ isHealthy }) => isHealthy)).toBe(true);
    for (const { name, pid } of before.nodes.filter((node) => node.name.startsWith('chaincode'))) {
      expect({ name, started: startOf(pid ?? 0) }).toEqual({ name, started: null });
    }
  });

  it('leaves neither process nor folder', async () => {
    pids = await readPids();

    expect(await runNetwork(['down', '--dir', dir])).toMatchObject({ exit: 0, err: '' });

    expect(existsSync(dir)).toBe(false);
    expect(pids.map(startOf)).toEqual(pids.map(() => null));
  });

  it('is down when it was down', async () => {
    expect(await runNetwork(['down', '--dir', dir])).toMatchObject({ exit: 0 });
  });
});
