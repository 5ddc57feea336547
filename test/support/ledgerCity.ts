/** A small city for ledger tests: authorities with act keys, and builders of signed acts. Made in the run. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  canonicalBytes,
  creditCodeCheckCharacter,
  formatIdentifier,
  parseIdentifier,
} from '@yinxin/chaincode/model';
import type {
  ActBodies,
  ActName,
  AuthorityRole,
  ContractName,
  SignedAct,
} from '@yinxin/chaincode/model';

import type { Clock } from '../../service/src/clock.ts';
import { generateEs256KeyPair, signEs256 } from '../../service/src/keys/es256.ts';
import type { KeyPurpose, Signer } from '../../service/src/keys/signer.ts';
import { openEmbeddedLedger } from '../../service/src/ledger/embedded/embeddedLedger.ts';
import type {
  EmbeddedLedger,
  EmbeddedLedgerOptions,
} from '../../service/src/ledger/embedded/embeddedLedger.ts';
import type { Ledger } from '../../service/src/ledger/ledger.ts';
import { parseCertificate } from '../../service/src/pki/certificate.ts';
import type { Certificate } from '../../service/src/pki/certificate.ts';
import {
  issueCertificate,
  issueRootCertificate,
} from '../../service/src/pki/certificateAuthority.ts';

/** When everything in the city begins. */
export const CITY_BEGINS_AT = new Date('2026-01-01T00:00:00Z');
export const ORIGIN = 'yinxin.example/ledger';

export interface LedgerAuthority {
  readonly creditCode: string;
  readonly roles: readonly AuthorityRole[];
  readonly signer: Signer;
}

export interface LedgerCity {
  readonly root: Certificate;
  readonly node: Signer;
  /** The node's private key, PKCS#8 PEM: for another process. */
  readonly nodeKey: string;
  readonly registrar: LedgerAuthority;
  readonly issuer: LedgerAuthority;
  readonly sealMaker: LedgerAuthority;
  readonly operator: LedgerAuthority;
  /** One second later at every call. */
  readonly clock: Clock;
  sign<N extends ActName>(
    author: LedgerAuthority,
    act: N,
    body: ActBodies[N],
    id?: string,
  ): Promise<SignedAct<N>>;
}

/**
 * Makes keys and certificates under one root; every call gives other ones.
 *
 * @param clock - dates the acts.
 */
export async function buildLedgerCity(clock: Clock = tickingClock()): Promise<LedgerCity> {
  const root = await buildRoot();
  const ca = await buildSigner('intermediateCa', root);
  const authority = async (place: string, ...roles: AuthorityRole[]): Promise<LedgerAuthority> => ({
    creditCode: creditCode(place),
    roles,
    signer: await buildSigner('act', ca, creditCode(place)),
  });
  const nodeKeys = generateEs256KeyPair();
  let acts = 0;
  return {
    root: parseCertificate(root.certificationPath[0]!),
    node: await buildSigner('node', ca, undefined, nodeKeys),
    nodeKey: nodeKeys.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string, // PEM is text
    registrar: await authority('100001', 'registrar'),
    issuer: await authority('100002', 'issuer'),
    sealMaker: await authority('100003', 'sealMaker'),
    operator: await authority('100004', 'operator'),
    clock,
    async sign(author, name, body, id) {
      acts += 1;
      const by = {
        authority: author.creditCode,
        keyId: author.signer.keyId,
        maker: '0a'.repeat(16),
      };
      const act = {
        act: name,
        schemaVersion: 1 as const,
        id: id ?? ulid(acts),
        at: clock.now().toISOString(),
        by,
        body,
      };
      const signature = await author.signer.sign(canonicalBytes(act));
      return { act, signature: Buffer.from(signature).toString('base64url') };
    },
  };
}

/** A ledger in a temporary folder. */
export interface TestLedger {
  readonly ledger: EmbeddedLedger;
  readonly file: string;
  readonly remove: () => Promise<void>;
}

/** Opens a new ledger with the real contracts and the determinism check on. */
export async function openTestLedger(
  city: LedgerCity,
  overrides: Partial<EmbeddedLedgerOptions> = {},
): Promise<TestLedger> {
  const folder = mkdtempSync(join(tmpdir(), 'yinxin-ledger-'));
  const file = overrides.file ?? join(folder, 'ledger.db');
  const ledger = await openEmbeddedLedger(ledgerOptions(city, file, overrides));
  const remove = async (): Promise<void> => {
    await ledger.close();
    rmSync(folder, { recursive: true });
  };
  return { ledger, file, remove };
}

export function ledgerOptions(
  city: LedgerCity,
  file: string,
  overrides: Partial<EmbeddedLedgerOptions> = {},
): EmbeddedLedgerOptions {
  const common = { signer: city.node, mspId: 'OperatorMSP', origin: ORIGIN, clock: city.clock };
  return { file, ...common, verifyDeterminism: true, ...overrides };
}

export const SEAL = 'SEAL-0001';
export const TYPE_CODE = `${creditCode('100002')}001`;

/**
 * Registers the authorities, one licence type and one seal: four batches.
 *
 * @param isRegistered - the registrar is on the ledger already.
 */
export async function foundCity(
  city: LedgerCity,
  ledger: Pick<Ledger, 'submit'>,
  isRegistered = false,
): Promise<void> {
  const { registrar, issuer, sealMaker, operator } = city;
  const submit = async (contract: ContractName, acts: readonly SignedAct[]): Promise<void> => {
    const outcomes = await ledger.submit(contract, acts);
    const refused = outcomes.find(({ outcome }) => outcome === 'refused');
    if (refused !== undefined) throw new Error(`the city is refused: ${JSON.stringify(refused)}`);
  };
  if (!isRegistered) await submit('authority', [await registerAct(city, registrar)]);
  const others = [issuer, sealMaker, operator];
  await submit('authority', await Promise.all(others.map((one) => registerAct(city, one))));
  await submit('catalogue', [
    await city.sign(issuer, 'catalogue.putLicenceType', {
      typeCode: TYPE_CODE,
      version: 1,
      name: 'food business licence',
      approval: 'single',
      formats: ['ofd'],
      definitionDigest: digest(1),
    }),
  ]);
  await submit('seal', [await makeSealAct(city)]);
}

export function registerAct(city: LedgerCity, authority: LedgerAuthority): Promise<SignedAct> {
  const certificate = Buffer.from(authority.signer.certificationPath[0]!).toString('base64');
  return city.sign(city.registrar, 'authority.register', {
    creditCode: authority.creditCode,
    name: `authority ${authority.creditCode}`,
    parent: authority === city.registrar ? null : city.registrar.creditCode,
    roles: authority.roles,
    keys: [{ purpose: 'act', certificate }],
  });
}

export function makeSealAct(city: LedgerCity, esId = SEAL): Promise<SignedAct> {
  return city.sign(city.sealMaker, 'seal.make', {
    esId,
    holder: city.issuer.creditCode,
    kind: '01',
    name: 'licence seal',
    file: { sha256: digest(2), sm3: digest(3) },
    makerCertificate: digest(4),
    signerCertificates: [digest(5)],
    validFrom: '2026-01-01T00:00:00.000Z',
    validUntil: '2031-01-01T00:00:00.000Z',
    mandate: {
      licenceTypes: null,
      validFrom: null,
      validUntil: null,
      usesPerDay: null,
      requiresSecondPerson: false,
      allowsDocuments: true,
    },
  });
}

export function identifierOf(city: LedgerCity, serial: string, version = 1): string {
  return formatIdentifier({
    typeCode: TYPE_CODE,
    issuer: city.issuer.creditCode,
    serial,
    version,
  });
}

export function issueAct(city: LedgerCity, serial: string, id?: string): Promise<SignedAct> {
  const body: ActBodies['licence.issue'] = {
    identifier: identifierOf(city, serial),
    documents: [{ format: 'ofd', sha256: digest(6), sm3: digest(7), size: 20_000 }],
    contentDigest: digest(8),
    codeDigest: digest(9),
    credentialDigest: digest(10),
    holderCommitment: digest(11),
    validFrom: '2026-01-01T00:00:00.000Z',
    validUntil: null,
    status: { list: 0, index: 1 },
    sealSignature: { esId: SEAL, signatureDigests: [digest(12)] },
  };
  return city.sign(city.issuer, 'licence.issue', body, id);
}

export function revokeAct(city: LedgerCity, serial: string): Promise<SignedAct> {
  const identifier = identifierOf(city, serial);
  return city.sign(city.issuer, 'licence.revoke', {
    identifier,
    reason: 'fraud',
    effectiveFrom: null,
  });
}

export function anchorAct(
  city: LedgerCity,
  leaves: readonly string[],
  author = city.operator,
): Promise<SignedAct> {
  return city.sign(author, 'usage.anchor', { leaves });
}

/** Place of a licence of the issuer's on the ledger: `typeCode.issuer.serial`. */
export function baseOf(city: LedgerCity, serial: string): string {
  return parseIdentifier(identifierOf(city, serial)).base;
}

/** 64 hex characters that differ with `n`. */
export function digest(n: number): string {
  return n.toString(16).padStart(64, '0');
}

/** @param place - 6 digits. */
export function creditCode(place: string): string {
  const first = `1144030000${place}0`;
  return first + creditCodeCheckCharacter(first);
}

/** A ULID that sorts by `n`. */
export function ulid(n: number): string {
  const digits = Array.from(n.toString(32).padStart(16, '0'), (digit) =>
    CROCKFORD.charAt(parseInt(digit, 32)),
  );
  return `01J0000000${digits.join('')}`;
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

function tickingClock(): Clock {
  let at = CITY_BEGINS_AT.getTime() + 86_400_000;
  return { now: () => new Date((at += 1000)) };
}

async function buildRoot(): Promise<Signer> {
  const { privateKey, spki } = generateEs256KeyPair();
  const sign = (bytes: Uint8Array): Promise<Uint8Array> =>
    Promise.resolve(signEs256(privateKey, bytes));
  const request = { subject: subject('root'), spki, notBefore: CITY_BEGINS_AT };
  const der = await issueRootCertificate(request, sign);
  return {
    algorithm: 'ES256',
    purpose: 'rootCa',
    certificationPath: [der],
    keyId: parseCertificate(der).fingerprint,
    sign,
  };
}

async function buildSigner(
  purpose: KeyPurpose,
  issuer: Signer,
  owner?: string,
  { privateKey, spki } = generateEs256KeyPair(),
): Promise<Signer> {
  const request = { purpose, subject: subject(purpose, owner), spki, notBefore: CITY_BEGINS_AT };
  const der = await issueCertificate(request, issuer);
  const above = issuer.purpose === 'rootCa' ? [] : issuer.certificationPath;
  return {
    algorithm: 'ES256',
    purpose,
    certificationPath: [der, ...above],
    keyId: parseCertificate(der).fingerprint,
    sign: (bytes) => Promise.resolve(signEs256(privateKey, bytes)),
  };
}

function subject(
  commonName: string,
  owner = creditCode('100001'),
): { organisation: string; creditCode: string; commonName: string } {
  return { organisation: 'test city', creditCode: owner, commonName };
}
