/** Every key and certificate of a city, made through a key store. */
import type { Clock } from '../clock.ts';
import type { KeyDescription, KeyStore } from '../keys/keyStore.ts';
import type { KeyPurpose, SignatureAlgorithm, Signer } from '../keys/signer.ts';
import { parseCertificate, toPem } from './certificate.ts';
import { issueCertificate, issueRootCertificate, type StatusUrls } from './certificateAuthority.ts';
import type { SubjectName } from './distinguishedName.ts';
import { createPersonalSigner, type PersonName } from './personalSigner.ts';
import { CERTIFICATE_PROFILES, signingPeriodOf } from './profiles.ts';
import {
  isPathRevoked,
  NOTHING_REVOKED,
  refuseRevoked,
  replaceableSigner,
  type RevokedCertificates,
} from './revokedKeys.ts';

/** An organisation as it stands in a subject. */
export interface AuthorityName {
  readonly name: string;
  readonly creditCode: string;
}

/** What each authority has. */
export interface AuthoritySigners {
  readonly act: Signer;
  readonly documentSignerSm2: Signer;
  readonly documentSignerEs256: Signer;
  readonly codeSigner: Signer;
  readonly credentialSigner: Signer;
}

/** Certificates of our CAs, of every generation; PEM. */
export interface OwnPems {
  readonly rootsPem: string;
  readonly intermediatesPem: string;
}

/** What every city has once. */
export interface CityPki extends OwnPems {
  readonly sealMaker: Signer;
  readonly node: Signer;
  readonly timeStampers: Readonly<Record<SignatureAlgorithm, Signer>>;
  /** Makes a new generation of every key of the city that ends or is revoked; its signers above go on with it. */
  renew(): Promise<void>;
  /** Goes up with every certificate that is issued: what was read of them before is not complete. */
  readonly issuedCount: number;
  /** Every key with a certificate, of every generation and owner. */
  certifiedKeys(): Promise<readonly KeyDescription[]>;
  /** Whether a key's certificate, or that of a CA above it, is revoked. @param keyId - as of {@link Signer}. */
  isRevoked(keyId: string): Promise<boolean>;
  /** Keys of all our certification authorities that may still sign, roots among them. */
  issuers(): Promise<readonly Signer[]>;
  /** Makes a signer for one signature of a person; see `createPersonalSigner`. */
  personalSigner(person: PersonName, algorithm: SignatureAlgorithm): Promise<Signer>;
  /** Makes what is missing of an authority's keys and opens them. */
  authority(authority: AuthorityName): Promise<AuthoritySigners>;
  /**
   * Opens an act key of any generation.
   *
   * @param keyId - SHA-256 of its certificate, lower-case hex.
   * @returns null if there is no such key or it may no longer sign.
   */
  actSigner(creditCode: string, keyId: string): Promise<Signer | null>;
  /**
   * Opens a revoked act key, for the one act that replaces it on the ledger: nobody else can sign that for the operator.
   *
   * @returns null if there is no such key or its period is over.
   */
  revokedActSigner(creditCode: string, keyId: string): Promise<Signer | null>;
}

/** What a city's keys are made with. */
export interface City {
  readonly keyStore: KeyStore;
  readonly clock: Clock;
  readonly operator: AuthorityName;
  /** Absent: nothing is. */
  readonly revoked?: RevokedCertificates;
  /** Where lists and answers about our certificates are; absent: new certificates name none. */
  readonly statusUrls?: StatusUrls;
}

interface KeyRequest {
  readonly owner: AuthorityName;
  readonly purpose: KeyPurpose;
  readonly algorithm: SignatureAlgorithm;
}

/** One algorithm's certification authorities. */
interface Authorities {
  /** Of the newest intermediate. */
  readonly issuing: Signer;
  /** DER, of every generation. */
  readonly roots: readonly Uint8Array[];
  readonly intermediates: readonly Uint8Array[];
}

const DAY_MS = 86_400_000;
/** A key is followed by a new one when it signs for less than this; a CA must still outlive what it issues. */
const MIN_DAYS_LEFT: Readonly<Partial<Record<KeyPurpose, number>>> = {
  rootCa: 20 * 366,
  intermediateCa: 13 * 366,
};
const MIN_DAYS_LEFT_OTHERWISE = 30;
const MAX_NAME_LENGTH = 64; // RFC 5280 appendix A: ub-common-name, ub-organization-name

const LABELS: Readonly<Record<KeyPurpose, string>> = {
  rootCa: '根CA',
  intermediateCa: '签发CA',
  sealMaker: '电子印章制作',
  act: '业务操作',
  documentSigner: '电子签章',
  codeSigner: '证照二维码',
  credentialSigner: '电子凭证',
  timeStamper: '时间戳',
  node: '账本节点',
  personalSigner: '个人电子签名',
};

/**
 * Makes what is missing of a city's keys and opens them; existing keys are kept. Keys have generations: one that
 * soon stops signing is followed by a new one, and the newest signs.
 *
 * @param city - `operator` stands in the subject of roots, intermediates, seal maker, time-stampers and node.
 * @throws ServiceError `KEY_UNFIT` if an existing key does not open or its certificate is not of its profile.
 */
export async function openCityPki(city: City): Promise<CityPki> {
  const { revoked = NOTHING_REVOKED } = city;
  let issuedCount = 0;
  const keyStore = refuseRevoked(city.keyStore, revoked);
  const guarded: City = {
    ...city,
    keyStore: {
      ...keyStore,
      async attach(name, certificationPath) {
        await keyStore.attach(name, certificationPath);
        issuedCount += 1;
      },
    },
  };
  let current = await openCityKeys(guarded);
  const sealMaker = replaceableSigner(current.sealMaker);
  const node = replaceableSigner(current.node);
  const stampers = {
    ES256: replaceableSigner(current.timeStampers.ES256),
    SM2: replaceableSigner(current.timeStampers.SM2),
  };
  return {
    sealMaker: sealMaker.signer,
    node: node.signer,
    timeStampers: { ES256: stampers.ES256.signer, SM2: stampers.SM2.signer },
    get rootsPem() {
      return current.rootsPem;
    },
    get intermediatesPem() {
      return current.intermediatesPem;
    },
    get issuedCount() {
      return issuedCount;
    },
    async renew() {
      current = await openCityKeys(guarded);
      sealMaker.replace(current.sealMaker);
      node.replace(current.node);
      stampers.ES256.replace(current.timeStampers.ES256);
      stampers.SM2.replace(current.timeStampers.SM2);
    },
    certifiedKeys: async () => (await city.keyStore.list()).filter(isCertified),
    isRevoked: async (keyId) => {
      const keys = await city.keyStore.list();
      const key = keys.find(({ certificationPath }) => leafId(certificationPath) === keyId);
      return key !== undefined && isPathRevoked(key.certificationPath, revoked);
    },
    issuers: () => openIssuers(guarded),
    personalSigner: (person, algorithm) =>
      createPersonalSigner(person, algorithm, {
        issuer: current.issuing[algorithm],
        clock: city.clock,
        ...(city.statusUrls === undefined ? {} : { statusUrls: city.statusUrls }),
      }),
    authority: (authority) => openAuthority(guarded, authority, current.issuing),
    actSigner: (creditCode, keyId) => openActSigner(guarded, creditCode, keyId, false),
    revokedActSigner: (creditCode, keyId) => openActSigner(city, creditCode, keyId, true),
  };
}

type Issuing = Readonly<Record<SignatureAlgorithm, Signer>>;

interface CityKeys extends Pick<
  CityPki,
  'sealMaker' | 'node' | 'timeStampers' | 'rootsPem' | 'intermediatesPem'
> {
  readonly issuing: Issuing;
}

async function openCityKeys(city: City): Promise<CityKeys> {
  const { operator: owner } = city;
  const [es256, sm2] = await Promise.all([
    openAuthorities(city, 'ES256'),
    openAuthorities(city, 'SM2'),
  ]);
  const [sealMaker, node, stamperEs256, stamperSm2] = await Promise.all([
    openKey(city, { owner, purpose: 'sealMaker', algorithm: 'SM2' }, sm2.issuing),
    openKey(city, { owner, purpose: 'node', algorithm: 'ES256' }, es256.issuing),
    openKey(city, { owner, purpose: 'timeStamper', algorithm: 'ES256' }, es256.issuing),
    openKey(city, { owner, purpose: 'timeStamper', algorithm: 'SM2' }, sm2.issuing),
  ]);
  return {
    sealMaker,
    node,
    timeStampers: { ES256: stamperEs256, SM2: stamperSm2 },
    issuing: { ES256: es256.issuing, SM2: sm2.issuing },
    rootsPem: toPem([...es256.roots, ...sm2.roots]),
    intermediatesPem: toPem([...es256.intermediates, ...sm2.intermediates]),
  };
}

async function openIssuers(city: City): Promise<readonly Signer[]> {
  const now = city.clock.now();
  const keys = (await city.keyStore.list(`${city.operator.creditCode}.`)).filter(isCertified);
  const usable = keys.filter(({ purpose, certificationPath: [leaf] }) => {
    if ((purpose !== 'rootCa' && purpose !== 'intermediateCa') || leaf === undefined) return false;
    const { notBefore, notAfter, fingerprint } = parseCertificate(leaf);
    return now >= notBefore && now <= notAfter && city.revoked?.has(fingerprint) !== true;
  });
  return await Promise.all(usable.map(({ name }) => city.keyStore.open(name)));
}

function leafId([leaf]: readonly Uint8Array[]): string | null {
  return leaf === undefined ? null : parseCertificate(leaf).fingerprint;
}

function isCertified({ certificationPath }: KeyDescription): boolean {
  return certificationPath.length > 0;
}

async function openAuthority(
  city: City,
  owner: AuthorityName,
  issuers: Issuing,
): Promise<AuthoritySigners> {
  const open = (purpose: KeyPurpose, algorithm: SignatureAlgorithm): Promise<Signer> =>
    openKey(city, { owner, purpose, algorithm }, issuers[algorithm]);
  const [act, documentSignerSm2, documentSignerEs256, codeSigner, credentialSigner] =
    await Promise.all([
      open('act', 'ES256'),
      open('documentSigner', 'SM2'),
      open('documentSigner', 'ES256'),
      open('codeSigner', 'ES256'),
      open('credentialSigner', 'ES256'),
    ]);
  return { act, documentSignerSm2, documentSignerEs256, codeSigner, credentialSigner };
}

async function openActSigner(
  city: City,
  creditCode: string,
  keyId: string,
  isRevoked: boolean,
): Promise<Signer | null> {
  const owner = { creditCode, name: '' }; // names of keys have no name of their owner
  const keys = await city.keyStore.list(prefixOf({ owner, purpose: 'act', algorithm: 'ES256' }));
  const key = keys.find(({ certificationPath }) => leafId(certificationPath) === keyId);
  const [leaf] = key?.certificationPath ?? [];
  if (key === undefined || leaf === undefined) return null;
  if (isPathRevoked(key.certificationPath, city.revoked ?? NOTHING_REVOKED) !== isRevoked)
    return null;
  const { until } = signingPeriodOf(parseCertificate(leaf), 'act');
  return city.clock.now() > until ? null : await city.keyStore.open(key.name);
}

async function openAuthorities(city: City, algorithm: SignatureAlgorithm): Promise<Authorities> {
  const rootRequest = { owner: city.operator, purpose: 'rootCa', algorithm } as const;
  const issuingRequest = { owner: city.operator, purpose: 'intermediateCa', algorithm } as const;
  const root = await openKey(city, rootRequest, null);
  const issuing = await openKey(city, issuingRequest, root);
  const [roots, intermediates] = await Promise.all([
    city.keyStore.list(prefixOf(rootRequest)),
    city.keyStore.list(prefixOf(issuingRequest)),
  ]);
  return { issuing, roots: roots.flatMap(leafOf), intermediates: intermediates.flatMap(leafOf) };
}

/** @param issuer - `null` for a root. */
async function openKey(city: City, request: KeyRequest, issuer: Signer | null): Promise<Signer> {
  const generations = await city.keyStore.list(prefixOf(request));
  const newest = [...generations]
    .sort((left, right) => generationOf(left) - generationOf(right))
    .at(-1);
  if (
    newest !== undefined &&
    isCertified(newest) &&
    !isEnding(newest, city.clock.now()) &&
    !isPathRevoked(newest.certificationPath, city.revoked ?? NOTHING_REVOKED)
  ) {
    return city.keyStore.open(newest.name);
  }
  const isUnfinished = newest !== undefined && !isCertified(newest); // stopped half-way
  const key = isUnfinished ? newest : await createKey(city, request, newest);
  await city.keyStore.attach(key.name, await certify(city, request, key, issuer));
  return city.keyStore.open(key.name);
}

async function createKey(
  city: City,
  request: KeyRequest,
  previous: KeyDescription | undefined,
): Promise<Pick<KeyDescription, 'name' | 'spki'>> {
  const generation = previous === undefined ? 1 : generationOf(previous) + 1;
  const name = `${prefixOf(request)}${generation}`;
  const { spki } = await city.keyStore.create(name, request.purpose, request.algorithm);
  return { name, spki };
}

/** @returns the certification path to attach. */
async function certify(
  city: City,
  { owner, purpose, algorithm }: KeyRequest,
  key: Pick<KeyDescription, 'name' | 'spki'>,
  issuer: Signer | null,
): Promise<Uint8Array[]> {
  const request = {
    subject: subjectOf(owner, labelOf(purpose, algorithm, generationOf(key))),
    spki: key.spki,
    notBefore: city.clock.now(),
  };
  if (issuer === null) {
    return [
      await issueRootCertificate(request, (bytes) => city.keyStore.signRequest(key.name, bytes)),
    ];
  }
  const { statusUrls } = city;
  const leaf = await issueCertificate(
    { ...request, purpose, ...(statusUrls === undefined ? {} : { statusUrls }) },
    issuer,
  );
  return issuer.purpose === 'rootCa' ? [leaf] : [leaf, ...issuer.certificationPath];
}

function isEnding(key: KeyDescription, now: Date): boolean {
  const [leaf] = key.certificationPath;
  const until =
    leaf === undefined ? now : signingPeriodOf(parseCertificate(leaf), key.purpose).until;
  const minDaysLeft = MIN_DAYS_LEFT[key.purpose] ?? MIN_DAYS_LEFT_OTHERWISE;
  return until.getTime() - now.getTime() < minDaysLeft * DAY_MS;
}

/** Key names are `creditCode.purpose.algorithm.generation`. */
function prefixOf({ owner, purpose, algorithm }: KeyRequest): string {
  return `${owner.creditCode}.${purpose}.${algorithm}.`;
}

function generationOf({ name }: Pick<KeyDescription, 'name'>): number {
  return Number(name.slice(name.lastIndexOf('.') + 1));
}

function leafOf({ certificationPath }: KeyDescription): readonly Uint8Array[] {
  return certificationPath.slice(0, 1);
}

/** Each CA key has a name of its own: lists are found by it (RFC 5280 §6.3.3 (b) (1)). */
function labelOf(purpose: KeyPurpose, algorithm: SignatureAlgorithm, generation: number): string {
  const label = LABELS[purpose];
  if (!CERTIFICATE_PROFILES[purpose].isCa) return label;
  const kind = algorithm === 'SM2' ? '国密' : '';
  return `${kind}${label}${generation === 1 ? '' : generation}`;
}

function subjectOf({ name, creditCode }: AuthorityName, label: string): SubjectName {
  const characters = Array.from(name);
  return {
    organisation: characters.slice(0, MAX_NAME_LENGTH).join(''),
    creditCode,
    commonName: characters.slice(0, MAX_NAME_LENGTH - label.length).join('') + label,
  };
}
