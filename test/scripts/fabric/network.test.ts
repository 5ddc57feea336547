import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { COMMANDS } from '../../../scripts/fabric/network.ts';
import { DEFAULT_SHAPE } from '../../../scripts/fabric/plan.ts';
import { writeState } from '../../../scripts/fabric/state.ts';
import { runNetwork } from '../../support/runNetwork.ts';

const folder = mkdtempSync(join(tmpdir(), 'network-'));
/** Neither programs of Fabric nor anything else. */
const env = { PATH: join(folder, 'empty') };
const stranger = join(folder, 'stranger');

beforeAll(() => {
  mkdirSync(stranger);
  writeFileSync(join(stranger, 'letter.txt'), 'dear reader');
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.each(COMMANDS.map(({ name }) => name))('scripts/network %s', (name) => {
  it.each(['en', 'zh-CN'])('has help in %s', async (language) => {
    const { exit, out, err } = await runNetwork([name, '--help', '--lang', language], env);

    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    expect(out).toContain(`scripts/network ${name}`);
  });

  it('refuses an option it does not have', async () => {
    expect(await runNetwork([name, '--colour', 'red'], env)).toMatchObject({
      exit: 2,
      err: expect.stringContaining('--colour'),
    });
  });
});

describe('scripts/network without Fabric’s programs', () => {
  it('names what is missing and where it comes from, and makes nothing', async () => {
    const dir = join(folder, 'new');

    const { exit, out, err } = await runNetwork(['up', '--dir', dir], env);

    expect({ exit, out }).toEqual({ exit: 1, out: '' });
    expect(err).toContain('peer, orderer, configtxgen');
    expect(err).toContain('FABRIC_BIN');
    expect(existsSync(dir)).toBe(false);
  });

  it('says it in Chinese', async () => {
    const { err } = await runNetwork(['up', '--dir', join(folder, 'new'), '--lang', 'zh-CN'], env);

    expect(err).toContain('缺少 Fabric 程序：peer, orderer, configtxgen');
  });

  it('does not take a folder for a program', async () => {
    mkdirSync(join(folder, 'bin', 'peer'), { recursive: true });

    const { err } = await runNetwork(['up', '--dir', join(folder, 'new')], {
      FABRIC_BIN: join(folder, 'bin'),
    });

    expect(err).toContain('peer, orderer, configtxgen');
  });
});

describe('scripts/network up', () => {
  it.each([
    ['--orderers', '2', '1, 3'],
    ['--peers', '3', '1, 2'],
    ['--base-port', '80', '1024'],
    ['--base-port', '65500', '65485'],
    ['--base-port', '17050.5', 'whole number'],
    ['--base-port', 'many', 'whole number'],
    ['--batch-timeout-ms', '0', '10'],
  ])('refuses %s %s', async (option, value, text) => {
    const { exit, err } = await runNetwork(
      ['up', '--dir', join(folder, 'new'), option, value],
      env,
    );

    expect(exit).toBe(2);
    expect(err).toContain(text);
  });

  it('keeps size and ports of a network that is there', async () => {
    const dir = join(folder, 'there');
    mkdirSync(dir);
    writeState(dir, {
      formatVersion: 1,
      shape: DEFAULT_SHAPE,
      isPrepared: true,
      committed: null,
    });

    expect(await runNetwork(['up', '--dir', dir, '--base-port', '18000'], env)).toMatchObject({
      exit: 2,
      err: expect.stringContaining('another size or with other ports'),
    });
  });
});

describe('a folder that is no network’s', () => {
  it.each(['status', 'restart', 'upgrade-chaincode', 'renew'])('is none for %s', async (name) => {
    const { exit, err } = await runNetwork([name, '--dir', stranger], env);

    expect(exit).toBe(1);
    expect(err).toContain('there is no network');
  });

  it('is not removed', async () => {
    const { exit, err } = await runNetwork(['down', '--dir', stranger], env);

    expect(exit).toBe(1);
    expect(err).toContain("is no network's folder");
    expect(readFileSync(join(stranger, 'letter.txt'), 'utf8')).toBe('dear reader');
  });

  it('is not written to', async () => {
    const bin = join(folder, 'programs');
    mkdirSync(bin);
    for (const name of ['peer', 'orderer', 'configtxgen']) {
      writeFileSync(join(bin, name), '#!/bin/sh\n', { mode: 0o755 });
    }

    const { exit, err } = await runNetwork(['up', '--dir', stranger], { FABRIC_BIN: bin });

    expect(exit).toBe(1);
    expect(err).toContain('not empty');
  });
});

describe('scripts/network down', () => {
  it('has nothing to do where there is nothing', async () => {
    expect(await runNetwork(['down', '--dir', join(folder, 'none')], env)).toEqual({
      exit: 0,
      out: '',
      err: '',
    });
  });

  it('removes a network’s folder, also without Fabric’s programs', async () => {
    const dir = join(folder, 'left');
    mkdirSync(dir);
    writeState(dir, { formatVersion: 1, shape: DEFAULT_SHAPE, isPrepared: false, committed: null });

    expect(await runNetwork(['down', '--dir', dir], env)).toMatchObject({ exit: 0 });
    expect(existsSync(dir)).toBe(false);
  });
});
