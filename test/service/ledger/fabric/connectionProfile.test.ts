import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateEs256KeyPair, signEs256 } from '../../../../service/src/keys/es256.ts';
import { ServiceError } from '../../../../service/src/errors.ts';
import {
  parseConnectionProfile,
  readConnectionProfile,
  type ConnectionProfile,
} from '../../../../service/src/ledger/fabric/connectionProfile.ts';
import { toPem } from '../../../../service/src/pki/certificate.ts';
import { buildCertificate } from '../../../support/certificates.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'yinxin-profile-'));
  const keys = generateEs256KeyPair();
  const key = {
    algorithm: 'ES256' as const,
    spki: keys.spki,
    sign: (bytes: Uint8Array) => signEs256(keys.privateKey, bytes),
  };
  const write = (file: string, text: string): void => {
    writeFileSync(join(folder, file), text);
  };
  write('client.pem', toPem([buildCertificate(null, { key }).certificate.der]));
  write('client.key', keys.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string);
  write('other.key', pemOf('P-256'));
  write('p384.key', pemOf('P-384'));
  write('tls.pem', toPem([buildCertificate(null).certificate.der]));
  write('noise.pem', 'no certificate');
  write('long.pem', 'x'.repeat(70_000));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function pemOf(namedCurve: string): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve });
  return privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
}

const node = (port: number): object => ({
  url: `grpcs://127.0.0.1:${port}`,
  tlsCACerts: { path: 'tls.pem' },
  grpcOptions: { 'ssl-target-name-override': 'localhost' },
});

function profile(): object {
  return {
    name: 'yinxin',
    version: '1.0.0',
    client: { organization: 'operator' },
    channels: {
      yinxin: {
        peers: { 'peer0.operator': {}, 'peer0.auditor': {} },
        orderers: ['orderer0'],
        chaincodes: ['yinxin'],
      },
    },
    organizations: {
      auditor: { mspid: 'AuditorMSP', peers: ['peer0.auditor'] },
      operator: {
        mspid: 'OperatorMSP',
        peers: ['peer0.operator', 'peer1.operator'],
        users: { service: { cert: { path: 'client.pem' }, key: { path: 'client.key' } } },
      },
    },
    orderers: { orderer0: node(7050) },
    peers: {
      'peer0.operator': node(7051),
      'peer1.operator': node(8051),
      'peer0.auditor': node(9051),
    },
  };
}

/** What to put where, by JSON pointer; undefined: taken away. */
type Changes = Readonly<Record<string, unknown>>;

function changed(changes: Changes): object {
  const root = profile();
  for (const [pointer, value] of Object.entries(changes)) {
    const steps = pointer.split('/').slice(1);
    let place = root as Record<string, unknown>;
    for (const step of steps.slice(0, -1)) place = place[step] as Record<string, unknown>;
    place[steps.at(-1)!] = value;
  }
  return root;
}

function parse(changes: Changes = {}): Promise<ConnectionProfile> {
  return parseConnectionProfile(JSON.stringify(changed(changes)), folder);
}

/** @returns the sentences of its faults. */
async function faultsOf(changes: Changes): Promise<string[]> {
  const error = await parse(changes).catch((thrown: unknown) => thrown);
  if (!(error instanceof ServiceError) || error.code !== 'CONFIGURATION_INVALID') throw error;
  return error.faults.map(({ pointer, detail }) => `${pointer} ${detail}`);
}

const USER = '/organizations/operator/users/service';

describe('a connection profile', () => {
  it('tells the network as the own organisation sees it', async () => {
    writeFileSync(join(folder, 'profile.json'), JSON.stringify(profile()));

    const read = await readConnectionProfile(join(folder, 'profile.json'));

    expect(read).toMatchObject({
      ...{ channel: 'yinxin', chaincode: 'yinxin', mspId: 'OperatorMSP' },
      organisations: [
        {
          ...{ name: 'operator', mspId: 'OperatorMSP' },
          peers: [
            { name: 'peer0.operator', address: '127.0.0.1:7051', tlsServerName: 'localhost' },
          ],
        },
        { name: 'auditor', mspId: 'AuditorMSP', peers: [{ address: '127.0.0.1:9051' }] },
      ],
      orderers: [{ name: 'orderer0', address: '127.0.0.1:7050' }],
    });
    expect(read.identity.certificate).toMatch(/^-----BEGIN CERTIFICATE/);
  });

  it('does not print its key', async () => {
    const read = await parse();

    expect(`${inspect(read, { depth: null })}${JSON.stringify(read)}`).not.toMatch(/PRIVATE KEY/);
  });

  it('takes PEM texts in place of paths', async () => {
    const tls = toPem([buildCertificate(null).certificate.der]);

    const read = parse({ '/peers/peer0.operator/tlsCACerts': { pem: tls } });

    await expect(read).resolves.toMatchObject({
      organisations: [{ peers: [{ tlsRootCertificates: tls }] }, {}],
    });
  });

  it('names its channel where it holds several', async () => {
    const second = { '/channels/other': { peers: { 'peer0.operator': {} } } };

    expect(await faultsOf(second)).toEqual([
      '/channels holds 2 channels: x-yinxin.channel must name one',
    ]);
    await expect(parse({ ...second, '/x-yinxin': { channel: 'other' } })).resolves.toMatchObject({
      ...{ channel: 'other', chaincode: 'yinxin', orderers: [] },
    });
  });

  it('tells all faults of its form together', async () => {
    const faults = await faultsOf({
      '/client': {},
      '/peers/peer0.operator/url': 'grpc://127.0.0.1:7051',
      '/orderers/orderer0/tlsCACerts': 'tls.pem',
    });

    expect(faults).toEqual([
      expect.stringContaining('/client/organization '),
      '/orderers/orderer0/tlsCACerts must be {"path": …} or {"pem": …}',
      '/peers/peer0.operator/url must be grpcs://host:port',
    ]);
  });

  it('tells all that it names and that is not there together', async () => {
    const faults = await faultsOf({
      '/channels/yinxin/peers/peer9.operator': {},
      '/channels/yinxin/orderers': ['orderer0', 'orderer9'],
      '/peers/peer0.auditor/tlsCACerts': { path: 'nowhere.pem' },
      '/orderers/orderer0/tlsCACerts': { path: 'noise.pem' },
      [`${USER}/key`]: { path: 'other.key' },
    });

    expect(faults).toEqual([
      '/peers has no peer9.operator, which is on the channel',
      `/peers/peer0.auditor/tlsCACerts/path cannot read ${join(folder, 'nowhere.pem')}`,
      '/orderers/orderer0/tlsCACerts is no PEM certificate',
      '/orderers has no orderer9',
      '/organizations/operator/users/service/key is not the key of the certificate',
    ]);
  });

  it.each([
    [
      'an unknown own organisation',
      { '/client/organization': 'nobody' },
      '/client/organization nobody is no organisation',
    ],
    [
      'no own peer on the channel',
      { '/channels/yinxin/peers/peer0.operator': undefined },
      '/organizations/operator/peers no peer of operator is on channel yinxin',
    ],
    [
      'two users',
      { '/organizations/operator/users/admin': { cert: { pem: 'x' }, key: { pem: 'x' } } },
      '/organizations/operator/users must hold exactly one user, the client',
    ],
    [
      'a key on another curve',
      { [`${USER}/key`]: { path: 'p384.key' } },
      `${USER}/key is no unencrypted PEM key on P-256`,
    ],
    [
      'no key at all',
      { [`${USER}/key`]: { path: 'noise.pem' } },
      `${USER}/key is no unencrypted PEM key on P-256`,
    ],
  ])('is refused with %s', async (_, changes, fault) => {
    expect(await faultsOf(changes)).toEqual([fault]);
  });

  it('bounds what it reads', async () => {
    const faults = await faultsOf({
      '/peers/peer0.operator/tlsCACerts': { path: 'long.pem' },
    });

    expect(faults).toEqual([expect.stringMatching(/long\.pem holds over 65536 bytes$/)]);
    await expect(parseConnectionProfile(' '.repeat(1_000_001), folder)).rejects.toMatchObject({
      code: 'CONFIGURATION_INVALID',
    });
  });

  it.each(['', '{', '[]', 'null', '"text"', '7'])('that is %j is refused', async (text) => {
    await expect(parseConnectionProfile(text, folder)).rejects.toMatchObject({
      code: 'CONFIGURATION_INVALID',
    });
  });

  it('that is not there is refused', async () => {
    await expect(readConnectionProfile(join(folder, 'none.json'))).rejects.toMatchObject({
      code: 'CONFIGURATION_INVALID',
      message: expect.stringContaining('cannot read'),
    });
  });
});
