import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { createAuthority, issueIdentity } from '../../../scripts/fabric/certificates.ts';
import {
  authorityPem,
  issueIdentities,
  makeOrganisations,
} from '../../../scripts/fabric/identities.ts';
import {
  AUDITOR,
  DEFAULT_SHAPE,
  networkPaths,
  OPERATOR,
  ORDERER_ORGANISATION,
  planNetwork,
} from '../../../scripts/fabric/plan.ts';
import { writeProfiles } from '../../../scripts/fabric/profiles.ts';
import { readConnectionProfile } from '../../../service/src/ledger/fabric/connectionProfile.ts';
import { parseCertificates, parseCertificate } from '../../../service/src/pki/certificate.ts';

const dir = mkdtempSync(join(tmpdir(), 'identities-'));
const plan = planNetwork(dir, { ...DEFAULT_SHAPE, peers: 2 });
const paths = networkPaths(dir);
const at = new Date('2026-03-01T00:00:00Z');
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

function certificateAt(...parts: readonly string[]): X509Certificate {
  return new X509Certificate(readFileSync(join(...parts)));
}

beforeAll(() => {
  makeOrganisations(plan, at);
  issueIdentities(plan, at);
  writeProfiles(plan);
});

afterAll(() => {
  rmSync(dir, { recursive: true });
});

describe('an organisation', () => {
  it.each([
    ['peer', paths.node('peer0.operator'), OPERATOR],
    ['admin', paths.user(OPERATOR, 'admin'), OPERATOR],
    ['client', paths.user(AUDITOR, 'service'), AUDITOR],
    ['orderer', paths.node('orderer0'), ORDERER_ORGANISATION],
  ])('enrols a %s under its own authority', (unit, folder, organisation) => {
    const certificate = certificateAt(folder, 'msp', 'signcerts', 'certificate.pem');
    const root = new X509Certificate(authorityPem(dir, organisation, 'enrolment'));

    expect(certificate.subject.split('\n')).toContain(`OU=${unit}`);
    expect(certificate.checkIssued(root)).toBe(true);
    expect(certificate.verify(root.publicKey)).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(new Date(certificate.validTo) < new Date(root.validTo)).toBe(true);
  });

  it('tells identities apart by their organisational unit', () => {
    const text = readFileSync(join(paths.channelMsp(OPERATOR), 'config.yaml'), 'utf8');

    expect(parse(text)).toEqual({
      NodeOUs: {
        Enable: true,
        ...Object.fromEntries(
          ['client', 'peer', 'admin', 'orderer'].map((unit) => [
            `${unit[0]!.toUpperCase()}${unit.slice(1)}OUIdentifier`,
            { Certificate: 'cacerts/ca.pem', OrganizationalUnitIdentifier: unit },
          ]),
        ),
      },
    });
  });

  it('speaks TLS as localhost and by its address', () => {
    const certificate = certificateAt(paths.node('peer1.auditor'), 'tls', 'server.crt');
    const root = new X509Certificate(authorityPem(dir, AUDITOR, 'tls'));

    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(certificate.checkHost('peer1.auditor')).toBe('peer1.auditor');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
    expect(certificate.verify(root.publicKey)).toBe(true);
  });

  it('keeps private keys to the owner', () => {
    for (const file of [
      join(paths.authority(OPERATOR, 'enrolment'), 'ca.key'),
      join(paths.node('peer0.operator'), 'tls', 'server.key'),
      join(paths.user(OPERATOR, 'service'), 'msp', 'keystore', 'private.key'),
    ]) {
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(readFileSync(file, 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----/);
    }
  });

  it('has its service’s profile and its root for verifiers', async () => {
    const profile = await readConnectionProfile(paths.profile(AUDITOR));
    const roots = parseCertificates(readFileSync(paths.trust, 'utf8'));

    expect(profile).toMatchObject({ channel: 'yinxin', chaincode: 'yinxin', mspId: 'AuditorMSP' });
    expect(profile.organisations.map(({ peers }) => peers.map(({ name }) => name))).toEqual([
      ['peer0.auditor', 'peer1.auditor'],
      ['peer0.operator', 'peer1.operator'],
    ]);
    expect(roots.map(({ subject }) => subject.organisation)).toEqual(['OperatorMSP', 'AuditorMSP']);
  });
});

describe('a certificate', () => {
  const root = createAuthority({ commonName: 'CA', organisation: 'OperatorMSP' }, at);
  const request = {
    commonName: 'peer0.operator',
    organisation: 'OperatorMSP',
    at,
    use: { kind: 'enrolment', unit: 'peer' },
  } as const;

  it('never outlives its authority', () => {
    const late = new Date('2045-01-01T00:00:00Z');
    const [certificate] = parseCertificates(
      issueIdentity(root, { ...request, at: late }).certificatePem,
    );

    expect(certificate?.notAfter).toEqual(parseCertificate(root.certificate).notAfter);
  });

  it('is not issued by an authority that has ended', () => {
    const after = new Date('2047-01-01T00:00:00Z');

    expect(() => issueIdentity(root, { ...request, at: after })).toThrow('expired');
  });

  it('is signed with s in the lower half, as Fabric compares identities by their bytes', () => {
    for (let count = 0; count < 16; count++) {
      const { certificatePem } = issueIdentity(root, request);
      const der = new X509Certificate(certificatePem).raw;
      const s = der.subarray(-(der.at(-33) === 0x20 ? 32 : der.at(-34) === 0x21 ? 33 : 31));

      expect(BigInt(`0x${s.toString('hex')}`) <= P256_ORDER / 2n).toBe(true);
    }
  });
});

describe('renewing', () => {
  it('gives peers new keys, and orderers new TLS certificates for the keys the channel knows', () => {
    const read = (): Readonly<Record<string, string>> => ({
      peer: readFileSync(join(paths.node('peer0.operator'), 'tls', 'server.key'), 'utf8'),
      orderer: readFileSync(join(paths.node('orderer0'), 'tls', 'server.key'), 'utf8'),
      certificate: readFileSync(join(paths.node('orderer0'), 'tls', 'server.crt'), 'utf8'),
    });
    const before = read();

    issueIdentities(plan, new Date('2028-03-01T00:00:00Z'));
    const after = read();

    expect(after['peer']).not.toBe(before['peer']);
    expect(after['orderer']).toBe(before['orderer']);
    expect(after['certificate']).not.toBe(before['certificate']);
    expect(
      new X509Certificate(after['certificate'] ?? '').publicKey.equals(
        createPublicKey(createPrivateKey(after['orderer'] ?? '')),
      ),
    ).toBe(true);
  });
});
