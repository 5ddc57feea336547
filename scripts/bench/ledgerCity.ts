/** Authorities with real act keys, and acts signed beforehand, each about a subject of its own. */
import { randomBytes, type KeyObject } from 'node:crypto';
import {
  canonicalBytes,
  creditCodeCheckCharacter,
  formatIdentifier,
  leafHash,
  type ActBodies,
  type ActName,
  type AuthorityRole,
  type ContractName,
  type SignedAct,
} from '@yinxin/chaincode/model';
import { systemClock, type Clock } from '../../service/src/clock.ts';
import { generateEs256KeyPair, signEs256 } from '../../service/src/keys/es256.ts';
import type { KeyPurpose, Signer } from '../../service/src/keys/signer.ts';
import type { Ledger } from '../../service/src/ledger/ledger.ts';
import { signAct } from '../../service/src/ledger/signAct.ts';
import { parseCertificate } from '../../service/src/pki/certificate.ts';
import {
  issueCertificate,
  issueRootCertificate,
} from '../../service/src/pki/certificateAuthority.ts';
import type { SubjectName } from '../../service/src/pki/distinguishedName.ts';
import { ulid } from '../../service/src/ulid.ts';

/** What a bench of the ledger acts with; the same on every network. */
export interface LedgerCity {
  /** Signs checkpoints. */
  readonly node: Signer;
  /** Registers the authorities, one licence type and one seal. */
  found(ledger: Pick<Ledger, 'submit'>): Promise<void>;
  /** Issues of licences with an OFD and a PDF, by two persons. */
  signIssues(count: number): Promise<readonly SignedAct[]>;
  /** Anchors of salted records of use. */
  signAnchors(count: number, leaves: number): Promise<readonly SignedAct[]>;
}

interface Authority {
  readonly creditCode: string;
  readonly roles: readonly AuthorityRole[];
  readonly signer: Signer;
}

const ES_ID = 'bench-seal';
const SALT_BYTES = 16;
const PEOPLE = { maker: 'a'.repeat(64), approver: 'b'.repeat(64) };
const DAY_MS = 86_400_000;
/** Acts signed for one network serve the next: they must not be older than its seal. */
const anHourAgo: Clock = { now: () => new Date(Date.now() - 3_600_000) };

/** Makes keys and certificates; every call gives other ones. */
export async function buildLedgerCity(): Promise<LedgerCity> {
  const root = await makeRoot();
  const ca = await makeSigner('intermediateCa', root);
  const authority = async (number: number, ...roles: AuthorityRole[]): Promise<Authority> => {
    const first = `11${String(number).padStart(15, '0')}`;
    const creditCode = first + creditCodeCheckCharacter(first);
    return { creditCode, roles, signer: await makeSigner('act', ca, creditCode) };
  };
  const registrar = await authority(100_001, 'registrar');
  const issuer = await authority(100_002, 'issuer');
  const sealMaker = await authority(100_003, 'sealMaker');
  const operator = await authority(100_004, 'operator');
  const authorities = [registrar, issuer, sealMaker, operator];
  const typeCode = `${issuer.creditCode}001`;
  return {
    node: await makeSigner('node', ca),
    async found(ledger) {
      const registrations = authorities.map((one) =>
        sign(registrar, 'authority.register', registration(registrar, one), anHourAgo),
      );
      await mustRecord(ledger, 'authority', await Promise.all(registrations));
      const type = licenceType(typeCode);
      await mustRecord(ledger, 'catalogue', [
        await sign(operator, 'catalogue.putLicenceType', type, anHourAgo),
      ]);
      await mustRecord(ledger, 'seal', [
        await sign(sealMaker, 'seal.make', seal(issuer), anHourAgo),
      ]);
    },
    signIssues: (count) =>
      times(count, () => sign(issuer, 'licence.issue', licence(issuer, typeCode))),
    signAnchors: (count, leaves) =>
      times(count, () =>
        sign(operator, 'usage.anchor', { leaves: Array.from({ length: leaves }, saltedLeaf) }),
      ),
  };
}

function sign<N extends ActName>(
  { creditCode, signer }: Authority,
  name: N,
  body: ActBodies[N],
  clock: Clock = systemClock,
): Promise<SignedAct<N>> {
  return signAct({ clock, signer }, name, body, { authority: creditCode, ...PEOPLE });
}

async function mustRecord(
  ledger: Pick<Ledger, 'submit'>,
  contract: ContractName,
  acts: readonly SignedAct[],
): Promise<void> {
  const outcomes = await ledger.submit(contract, acts);
  const refused = outcomes.find(({ outcome }) => outcome === 'refused');
  if (refused !== undefined) throw new Error(`the city is refused: ${JSON.stringify(refused)}`);
}

function registration(registrar: Authority, one: Authority): ActBodies['authority.register'] {
  const [certificate = new Uint8Array()] = one.signer.certificationPath;
  return {
    creditCode: one.creditCode,
    name: `authority ${one.creditCode}`,
    parent: one === registrar ? null : registrar.creditCode,
    roles: one.roles,
    keys: [{ purpose: 'act', certificate: Buffer.from(certificate).toString('base64') }],
  };
}

function licenceType(typeCode: string): ActBodies['catalogue.putLicenceType'] {
  return {
    ...{ typeCode, version: 1, name: 'food business licence', approval: 'dual' },
    ...{ formats: ['ofd', 'pdf'], definitionDigest: digest() },
  };
}

function seal(holder: Authority): ActBodies['seal.make'] {
  const now = Date.now();
  return {
    esId: ES_ID,
    holder: holder.creditCode,
    kind: '01',
    name: 'licence seal',
    file: { sha256: digest(), sm3: digest() },
    makerCertificate: digest(),
    signerCertificates: [digest()],
    validFrom: new Date(now - DAY_MS).toISOString(),
    validUntil: new Date(now + 365 * DAY_MS).toISOString(),
    mandate: {
      ...{ licenceTypes: null, validFrom: null, validUntil: null, usesPerDay: null },
      ...{ requiresSecondPerson: true, allowsDocuments: true },
    },
  };
}

let lastIndex = 0;

function licence({ creditCode: issuer }: Authority, typeCode: string): ActBodies['licence.issue'] {
  lastIndex += 1;
  const documents = (['ofd', 'pdf'] as const).map((format) => ({
    ...{ format, sha256: digest(), sm3: digest(), size: 120_000 },
  }));
  return {
    identifier: formatIdentifier({ typeCode, issuer, serial: ulid(new Date()), version: 1 }),
    documents,
    contentDigest: digest(),
    codeDigest: digest(),
    credentialDigest: digest(),
    holderCommitment: digest(),
    validFrom: new Date().toISOString(),
    validUntil: null,
    status: { list: 0, index: lastIndex },
    sealSignature: { esId: ES_ID, signatureDigests: [digest(), digest()] },
  };
}

/** The leaf hash of a record of use as the service anchors it: salt, then the record's canonical bytes. */
function saltedLeaf(): string {
  const at = new Date();
  const record = canonicalBytes({
    ...{ id: ulid(at), at: at.toISOString(), kind: 'verification', outcome: 'answered' },
    ...{ channel: 'bench', indication: 'TOTAL-PASSED', reason: null, purpose: null },
  });
  const leaf = leafHash(Buffer.concat([randomBytes(SALT_BYTES), record]));
  return Buffer.from(leaf).toString('hex');
}

function digest(): string {
  return randomBytes(32).toString('hex');
}

async function times<T>(count: number, make: () => Promise<T>): Promise<readonly T[]> {
  const made: T[] = [];
  while (made.length < count) made.push(await make());
  return made;
}

async function makeRoot(): Promise<Signer> {
  const { privateKey, spki } = generateEs256KeyPair();
  const notBefore = new Date(Date.now() - DAY_MS);
  const request = { subject: subjectOf('rootCa', null), spki, notBefore };
  const der = await issueRootCertificate(request, (bytes) =>
    Promise.resolve(signEs256(privateKey, bytes)),
  );
  return toSigner({ purpose: 'rootCa', path: [der], privateKey });
}

async function makeSigner(
  purpose: KeyPurpose,
  issuer: Signer,
  creditCode: string | null = null,
): Promise<Signer> {
  const { privateKey, spki } = generateEs256KeyPair();
  const notBefore = new Date(Date.now() - DAY_MS);
  const subject = subjectOf(purpose, creditCode);
  const der = await issueCertificate({ purpose, subject, spki, notBefore }, issuer);
  const above = issuer.purpose === 'rootCa' ? [] : issuer.certificationPath;
  return toSigner({ purpose, path: [der, ...above], privateKey });
}

function subjectOf(commonName: string, creditCode: string | null): SubjectName {
  return { organisation: 'bench', creditCode, commonName };
}

function toSigner({
  purpose,
  path,
  privateKey,
}: Readonly<{
  purpose: KeyPurpose;
  path: readonly [Uint8Array, ...Uint8Array[]];
  privateKey: KeyObject;
}>): Signer {
  return {
    algorithm: 'ES256',
    purpose,
    certificationPath: path,
    keyId: parseCertificate(path[0]).fingerprint,
    sign: (bytes) => Promise.resolve(signEs256(privateKey, bytes)),
  };
}
