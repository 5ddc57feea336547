import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { networkPaths } from '../../../scripts/fabric/plan.ts';
import { runNetwork } from '../../support/runNetwork.ts';

const folder = mkdtempSync(join(tmpdir(), 'member-'));
const out = join(folder, 'archive');
const argv = ['organisation', 'archive', '--msp-id', 'ArchiveMSP', '--port', '17150', '--out', out];

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('scripts/network organisation', () => {
  it('makes identities and a peer’s configuration, without Fabric’s programs', async () => {
    expect(await runNetwork(argv, { PATH: '' })).toEqual({ exit: 0, out: '', err: '' });

    const paths = networkPaths(out);
    const peer = paths.node('peer0.archive');
    expect(existsSync(join(peer, 'msp', 'keystore', 'private.key'))).toBe(true);
    expect(existsSync(join(out, 'users', 'admin.archive', 'msp', 'config.yaml'))).toBe(true);
    expect(parse(readFileSync(join(peer, 'core.yaml'), 'utf8'))).toMatchObject({
      peer: { localMspId: 'ArchiveMSP', listenAddress: '127.0.0.1:17150', tls: { enabled: true } },
    });
    expect(parse(readFileSync(paths.configtx, 'utf8'))).toMatchObject({
      Organizations: [
        { ID: 'ArchiveMSP', Policies: { Endorsement: { Rule: "OR('ArchiveMSP.peer')" } } },
      ],
    });
  });

  it('gives its public part no private key', () => {
    const { channelMsp } = networkPaths(out);
    const msp = channelMsp({ name: 'archive', mspId: 'ArchiveMSP' });

    expect(existsSync(join(msp, 'cacerts', 'ca.pem'))).toBe(true);
    expect(existsSync(join(msp, 'keystore'))).toBe(false);
  });

  it('writes over nothing', async () => {
    expect(await runNetwork(argv)).toMatchObject({ exit: 1, err: `${out} exists already\n` });
  });

  it.each([
    ['a name with a path in it', '../archive', 'ArchiveMSP', '17150'],
    ['an MSP ID with a quote', 'archive', "Archive'MSP", '17150'],
    ['a port out of range', 'archive', 'ArchiveMSP', '65534'],
  ])('refuses %s', async (_, name, mspId, port) => {
    const wrong = ['organisation', name, '--msp-id', mspId, '--port', port, '--out', `${out}2`];

    expect(await runNetwork(wrong)).toMatchObject({ exit: 2 });
    expect(existsSync(`${out}2`)).toBe(false);
  });
});
