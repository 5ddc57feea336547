/** Document signers that others certified: taken in from PKCS#12, and asked anew at every signature whether they still may. */
import { organisationOf, type Principal } from '../access.ts';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { ImportedKey, ImportedKeyStore } from '../keys/importedKeyStore.ts';
import type { PdfSigner } from '../keys/signer.ts';
import { parseCertificate, type Certificate } from '../pki/certificate.ts';
import { validateCertificationPath } from '../pki/certificationPath.ts';
import { openPkcs12 } from '../pki/pkcs12/openPkcs12.ts';
import type { TrustStore } from '../pki/trustStore.ts';
import { conclude, type Check } from '../report.ts';
import type { Store } from '../store/store.ts';

/** A certificate whose status is not known, its issuer's, and the anchor of the path. */
interface UnknownStatus {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly anchor: Certificate;
}

export interface ImportedSignerParts {
  readonly clock: Clock;
  readonly store: Pick<Store, 'organisations'>;
  readonly keys: ImportedKeyStore;
  /** DER SubjectPublicKeyInfo of every key that was made here. */
  readonly ownKeys: () => Promise<readonly Pick<ImportedKey, 'spki'>[]>;
  /** Our own anchors and those of the trust list, as the ledger has them now. @throws ServiceError `LEDGER_UNAVAILABLE`. */
  readonly trust: () => Promise<TrustStore>;
  /** Asks others what they revoked; false: nothing new was learnt. */
  readonly gather: (unknown: readonly UnknownStatus[]) => Promise<boolean>;
}

/** A PKCS#12 file that somebody hands in for an authority. */
export interface KeyImport {
  readonly creditCode: string;
  /** Attacker-controlled. */
  readonly file: Uint8Array;
  readonly password: string;
}

/** An imported key, and why it may not sign now; null: it may. */
export type JudgedKey = ImportedKey & { readonly fault: string | null };

export interface ImportedSigners {
  /**
   * Takes in a key (RSA from 2,048 bits, or P-256) that will sign the authority's PDFs under the seals made from now on.
   *
   * @throws ServiceError `NOT_AUTHORISED`, `ORGANISATION_NOT_FOUND`, `PKCS12_MALFORMED`, `PKCS12_PASSWORD_WRONG`,
   * `KEY_ALREADY_EXISTS`; `KEY_UNFIT` (another kind of key, another authority's, not for documents, expired, revoked, nobody
   * on the trust list vouches for it, or it cannot be told).
   */
  add(principal: Principal, request: KeyImport): Promise<JudgedKey>;
  /** Newest first. @throws ServiceError `LEDGER_UNAVAILABLE`. */
  list(creditCode: string): Promise<readonly JudgedKey[]>;
  /** Forgets a key for good. @throws ServiceError `NOT_AUTHORISED`, `KEY_NOT_FOUND`. */
  remove(principal: Principal, creditCode: string, keyId: string): Promise<void>;
  /**
   * Signers of an authority, newest first. They sign only while their certificate is valid, not revoked, and vouched for
   * (`KEY_UNFIT`).
   */
  all(creditCode: string): Promise<readonly PdfSigner[]>;
  /** Those of {@link ImportedSigners.all} that may sign now. */
  fit(creditCode: string): Promise<readonly PdfSigner[]>;
}

/** A seal lists at most sixteen signers. */
const MAX_KEYS = 8;
/** A list may name another list, and a responder may be asked where a list was no help. */
const MAX_ROUNDS = 3;

export function importedSigners(parts: ImportedSignerParts): ImportedSigners {
  const { keys } = parts;
  const judged = async (key: ImportedKey): Promise<JudgedKey> => {
    return { ...key, fault: await findFault(parts, key) };
  };
  const open = async (key: ImportedKey): Promise<PdfSigner> => {
    const signer = await keys.open(key);
    return {
      ...signer,
      async sign(bytes) {
        const fault = await findFault(parts, key);
        if (fault !== null) throw unfit(key, fault);
        return await signer.sign(bytes);
      },
    };
  };
  return {
    async add(principal, request) {
      organisationOf(principal, 'securityAdmin');
      return await addKey(parts, principal, request);
    },
    async list(creditCode) {
      return await Promise.all((await keys.list(creditCode)).map(judged));
    },
    async remove(principal, creditCode, keyId) {
      organisationOf(principal, 'securityAdmin');
      const key = (await keys.list(creditCode)).find((one) => one.keyId === keyId);
      if (key === undefined) throw new ServiceError('KEY_NOT_FOUND', `no imported key ${keyId}`);
      await keys.remove(key);
    },
    async all(creditCode) {
      return await Promise.all((await keys.list(creditCode)).map(open));
    },
    async fit(creditCode) {
      const all = await Promise.all((await keys.list(creditCode)).map(judged));
      return await Promise.all(all.filter(({ fault }) => fault === null).map(open));
    },
  };
}

async function addKey(
  parts: ImportedSignerParts,
  principal: Principal,
  { creditCode, file, password }: KeyImport,
): Promise<JudgedKey> {
  if ((await parts.store.organisations.find(creditCode)) === null) {
    throw new ServiceError('ORGANISATION_NOT_FOUND', `no organisation ${creditCode}`);
  }
  const { privateKey, algorithm, spki, certificationPath } = openPkcs12(file, password);
  if (algorithm === 'SM2') throw new ServiceError('KEY_UNFIT', 'a PDF is not sealed by SM2');
  const own = await parts.ownKeys();
  if (own.some((key) => Buffer.compare(key.spki, spki) === 0)) {
    throw new ServiceError('KEY_ALREADY_EXISTS', 'this key was made here');
  }
  if ((await parts.keys.list(creditCode)).length >= MAX_KEYS) {
    throw new ServiceError('KEY_UNFIT', `an authority has at most ${MAX_KEYS} imported keys`);
  }
  const facts = { owner: creditCode, algorithm, spki, certificationPath };
  const fault = await findFault(parts, facts);
  if (fault !== null) throw new ServiceError('KEY_UNFIT', fault);
  const origin = { importedAt: parts.clock.now(), importedBy: principal.id };
  return { ...(await parts.keys.add({ ...facts, ...origin, privateKey })), fault: null };
}

/** @returns why a key may not sign now; null: it may. */
async function findFault(
  parts: ImportedSignerParts,
  { owner, certificationPath }: Pick<ImportedKey, 'owner' | 'certificationPath'>,
): Promise<string | null> {
  const [leaf, ...intermediates] = certificationPath.map((der) => parseCertificate(der));
  if (leaf === undefined) return 'it has no certificate';
  const { creditCode } = leaf.subject;
  if (creditCode !== null && creditCode !== owner) return `its certificate is ${creditCode}'s`;
  return await findPathFault(parts, leaf, intermediates);
}

/** Judges a signer's path now; where the status of a certificate is not known, asks and judges again. */
async function findPathFault(
  { clock, trust, gather }: ImportedSignerParts,
  leaf: Certificate,
  intermediates: readonly Certificate[],
): Promise<string | null> {
  for (let round = 0; ; round++) {
    const unknown: UnknownStatus[] = [];
    const { revocation, ...current } = await trust();
    const { checks, path } = validateCertificationPath({
      ...{ ...current, leaf, at: clock.now(), purpose: 'documentSigner' },
      intermediates: [...intermediates, ...current.intermediates],
      ...(revocation === undefined
        ? {}
        : {
            revocation: {
              ...revocation,
              onUnknown(certificate: Certificate, issuer: Certificate, anchor: Certificate) {
                unknown.push({ certificate, issuer, anchor });
              },
            },
          }),
    });
    const { indication } = conclude(checks);
    if (indication === 'TOTAL-PASSED') return findScopeFault(current, path);
    const isOpen = indication === 'INDETERMINATE' && unknown.length > 0 && round < MAX_ROUNDS;
    if (!isOpen || !(await gather(unknown))) return worstOf(checks);
  }
}

/** A PDF shows no seal that would have a kind, so nobody would accept what rests on such an entry. */
function findScopeFault(
  { scopes }: Pick<TrustStore, 'scopes'>,
  path: readonly Certificate[],
): string | null {
  const scope = scopes?.get(path.at(-1)?.fingerprint ?? '');
  return scope === undefined || scope.sealKinds === null
    ? null
    : 'its CA is recognised for some kinds of seals only, and a PDF shows none';
}

function worstOf(checks: readonly Check[]): string {
  const worst =
    checks.find(({ indication }) => indication === 'TOTAL-FAILED') ??
    checks.find(({ indication }) => indication !== 'TOTAL-PASSED');
  return worst === undefined ? 'its path was not judged' : `${worst.name}: ${worst.detail}`;
}

function unfit({ keyId }: ImportedKey, fault: string): ServiceError {
  return new ServiceError('KEY_UNFIT', `imported key ${keyId}: ${fault}`);
}
