import type { Signer } from '../keys/signer.ts';
import { parseCertificate, type Certificate } from '../pki/certificate.ts';
import { issueCrl } from '../pki/revocation/crlEncoding.ts';
import type { PublishedCrl, RevokedCertificate } from '../store/store.ts';
import type { CertificateParts } from './parts.ts';

/** Keeps one list a certification authority in force. */
export interface CrlPublisher {
  /** The newest list of a CA. @param issuerKeyId - its key identifier, lower-case hex. */
  find(issuerKeyId: string): PublishedCrl | null;
  /** Makes new lists where the last one is a day old or says less than is known. */
  publishDue(): Promise<void>;
  /**
   * Makes new lists where the last one is older than a certificate that it should speak of: validators do not accept it
   * as proof.
   *
   * @param certificates - of our own CAs; others are left out.
   */
  publishFor(certificates: readonly Certificate[]): Promise<void>;
  /** Makes a new list of every CA. */
  publishAll(): Promise<void>;
  /** Makes the last list of a CA that is about to be revoked: no newer one will come. */
  publishLast(issuer: Signer): Promise<void>;
  /** Whether {@link publishDue} would do something because time has passed. */
  isDue(): boolean;
}

const DAY_MS = 86_400_000;
/** Far enough for a reader who fetches once a week; six days are left to make the next one. */
const LIFE_MS = 7 * DAY_MS;
const RENEW_AFTER_MS = DAY_MS;
/** No newer list will come (RFC 5280 §4.1.2.5 names this instant for what has no end). */
const NEVER = new Date('9999-12-31T23:59:59Z');

/** Loads the lists published so far. */
export async function openCrlPublisher(parts: CertificateParts): Promise<CrlPublisher> {
  const lists = new Map(
    (await parts.store.revocations.crls()).map((crl) => [crl.issuerKeyId, crl]),
  );
  const lengths = new Map<string, number>();
  let dueAt = 0;
  let last: Promise<unknown> = Promise.resolve();

  /** One round after the other: numbers and lists stay in order. */
  function inTurn(round: () => Promise<void>): Promise<void> {
    const result = last.then(round, round);
    last = result.catch(() => undefined);
    return result;
  }

  async function isOutdated(issuerKeyId: string): Promise<boolean> {
    const crl = lists.get(issuerKeyId);
    if (crl === undefined) return true;
    if (parts.clock.now().getTime() - crl.thisUpdate.getTime() >= RENEW_AFTER_MS) return true;
    const revoked = (await parts.store.revocations.list()).filter(isOf(issuerKeyId));
    const inList = lengths.get(issuerKeyId); // unknown of a list that an earlier process made
    return inList === undefined
      ? revoked.some(({ revokedAt }) => revokedAt >= crl.thisUpdate)
      : revoked.length !== inList;
  }

  async function publish(isWanted: (issuer: Signer) => Promise<boolean>): Promise<void> {
    for (const issuer of await parts.pki.issuers()) {
      if (await isWanted(issuer)) await publishOne(issuer, LIFE_MS);
    }
    await announce();
  }

  async function publishOne(issuer: Signer, lifeMs: number | null): Promise<void> {
    const { crl, length } = await makeCrl(parts, issuer, lifeMs);
    lists.set(crl.issuerKeyId, crl);
    lengths.set(crl.issuerKeyId, length);
  }

  async function announce(): Promise<void> {
    const crls = [...lists.values()].map(({ der }) => der);
    const times = [...lists.values()].filter(({ nextUpdate }) => nextUpdate < NEVER);
    dueAt = Math.min(...times.map(({ thisUpdate }) => thisUpdate.getTime() + RENEW_AFTER_MS));
    parts.trust.setOwnCrls(crls);
    await parts.writeTrustFiles({
      ...{ rootsPem: parts.pki.rootsPem, intermediatesPem: parts.pki.intermediatesPem },
      crls,
    });
  }

  return {
    find: (issuerKeyId) => lists.get(issuerKeyId) ?? null,
    isDue: () => parts.clock.now().getTime() >= dueAt,
    publishDue: () => inTurn(() => publish((issuer) => isOutdated(keyIdOf(issuer)))),
    async publishFor(certificates) {
      const isOlder = (issuerKeyId: string): boolean => {
        const { thisUpdate } = lists.get(issuerKeyId) ?? {};
        return (
          thisUpdate !== undefined &&
          certificates.some(
            (one) => one.authorityKeyId === issuerKeyId && one.notBefore > thisUpdate,
          )
        );
      };
      if (![...lists.keys()].some(isOlder)) return;
      await inTurn(() => publish((issuer) => Promise.resolve(isOlder(keyIdOf(issuer)))));
    },
    publishAll: () => inTurn(() => publish(() => Promise.resolve(true))),
    publishLast: (issuer) =>
      inTurn(async () => {
        await publishOne(issuer, null);
        await announce();
      }),
  };
}

/** @param lifeMs - `null`: the last one. */
async function makeCrl(
  { clock, store }: CertificateParts,
  issuer: Signer,
  lifeMs: number | null,
): Promise<{ readonly crl: PublishedCrl; readonly length: number }> {
  const certificate = certificateOf(issuer);
  const issuerKeyId = keyIdOf(issuer);
  const entries = (await store.revocations.list()).filter(isOf(issuerKeyId));
  const number = await store.revocations.nextCrlNumber(issuerKeyId);
  const thisUpdate = wholeSecond(clock.now());
  const nextUpdate = lifeMs === null ? NEVER : new Date(thisUpdate.getTime() + lifeMs);
  const der = await issueCrl(
    {
      issuer: certificate.subjectDer,
      issuerKeyId: Buffer.from(issuerKeyId, 'hex'),
      algorithm: issuer.algorithm,
      ...{ number, thisUpdate, nextUpdate, entries },
      expiredSince: certificate.notBefore, // nothing ever leaves a list of ours
    },
    (tbs) => issuer.sign(tbs),
  );
  const crl = { issuerKeyId, number, thisUpdate, nextUpdate, der };
  await store.revocations.putCrl(crl);
  return { crl, length: entries.length };
}

function isOf(issuerKeyId: string): (one: RevokedCertificate) => boolean {
  return (one) => one.issuerKeyId === issuerKeyId;
}

/** The certificate of an issuing key. */
export function certificateOf({ certificationPath: [leaf] }: Signer): Certificate {
  return parseCertificate(leaf ?? new Uint8Array());
}

/** The key identifier that our certificates carry as their issuer's. */
export function keyIdOf(issuer: Signer): string {
  return certificateOf(issuer).subjectKeyId ?? '';
}

function wholeSecond(instant: Date): Date {
  return new Date(Math.floor(instant.getTime() / 1000) * 1000);
}
