/** What was fetched about foreign certificates, kept for as long as it holds. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Certificate } from '../pki/certificate.ts';
import { verifySignedObject } from '../pki/certificateSignature.ts';
import { readCrl } from '../pki/revocation/crl.ts';
import { encodeOcspRequest } from '../pki/revocation/ocspRequest.ts';
import { parseOcspResponse } from '../pki/revocation/ocspResponse.ts';
import { readOcspStatus } from '../pki/revocation/ocspStatus.ts';
import type { CurrentTrust } from './currentTrust.ts';
import type { StatusSource } from './statusSource.ts';

/** A certificate whose status is not known, and its issuer's in the path. */
export interface UnknownStatus {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
}

export interface RevocationCache {
  /** Puts aside what is due to be asked for again, so that the next judgement asks for it. Cheap while nothing is. */
  sweep(): void;
  /**
   * Asks lists and responders about certificates, unless that was done already, and puts what they said into the
   * current trust. Concurrent callers who ask for the same share the answer. Where a source is out of reach, what it
   * said before goes on.
   *
   * @returns whether anything is known now that was not before; never throws for an unreachable or lying source.
   */
  gather(unknown: readonly UnknownStatus[]): Promise<boolean>;
}

/** What somebody else revoked is seen here after so long; never later than its source says. */
const MAX_LIFE_MS = 3_600_000;
/** A source that failed is left alone for so long. */
const FAILURE_LIFE_MS = 60_000;
const MAX_ASKED_AT_ONCE = 16;
const MAX_ENTRIES = 1024;
const MAX_TOTAL_BYTES = 64 * 1024 * 1024;
const NONCE_BYTES = 16;

interface Entry {
  readonly kind: 'crl' | 'ocsp';
  /** `null`: the source never answered. */
  readonly der: Uint8Array | null;
  /** When it is to be asked again. */
  readonly askAgainAt: number;
}

/** What one source is to be asked, and how its answer is told from rubbish. */
interface Question {
  readonly kind: Entry['kind'];
  readonly key: string;
  ask(): Promise<Uint8Array>;
  /** @returns when the answer ends; null: it is no answer to this question. */
  endOf(der: Uint8Array): Date | 'notSaid' | null;
}

export function createRevocationCache(
  parts: Readonly<{ clock: Clock; source: StatusSource; trust: Pick<CurrentTrust, 'setFetched'> }>,
): RevocationCache {
  const { clock, source, trust } = parts;
  /** The oldest first. */
  const entries = new Map<string, Entry>();
  const underWay = new Map<string, Promise<boolean>>();
  let told: readonly Uint8Array[] = [];
  let sweepAt = Infinity;

  const isDue = (entry: Entry | undefined): boolean =>
    entry === undefined || entry.askAgainAt <= clock.now().getTime();

  /** @returns whether there is an answer that no judgement had yet. */
  function take(question: Question): Promise<boolean> {
    if (!isDue(entries.get(question.key))) return Promise.resolve(false);
    const asking =
      underWay.get(question.key) ?? keep(question).finally(() => underWay.delete(question.key));
    underWay.set(question.key, asking);
    return asking;
  }

  async function keep(question: Question): Promise<boolean> {
    const answer = await askSource(question, clock);
    const { kind, key } = question;
    const der = answer.der ?? entries.get(key)?.der ?? null;
    entries.delete(key); // the newest stand last
    entries.set(key, { kind, der, askAgainAt: answer.askAgainAt });
    return der !== null;
  }

  /**
   * Lists first: one serves everybody. What is known already was no help, so the next source is asked; after something
   * new the caller judges again.
   */
  async function gatherOne({ certificate, issuer }: UnknownStatus): Promise<boolean> {
    const questions = [
      ...certificate.crlUrls.map((url) => crlQuestion(source, url, issuer)),
      ...certificate.ocspUrls.map((url) => ocspQuestion(source, url, { certificate, issuer })),
    ];
    for (const question of questions) if (await take(question)) return true;
    return false;
  }

  function announce(): void {
    const present = [...entries.values()].filter((entry) => !isDue(entry));
    sweepAt = Math.min(...present.map(({ askAgainAt }) => askAgainAt));
    const ofKind = (kind: Entry['kind']): readonly Uint8Array[] =>
      present.flatMap((entry) => (entry.kind === kind && entry.der !== null ? [entry.der] : []));
    const [crls, ocspResponses] = [ofKind('crl'), ofKind('ocsp')];
    const all = [...crls, ...ocspResponses];
    if (all.length === told.length && all.every((der, place) => der === told[place])) return;
    told = all;
    trust.setFetched({ crls, ocspResponses });
  }

  return {
    sweep() {
      if (clock.now().getTime() >= sweepAt) announce();
    },
    async gather(unknown) {
      const outcomes = await Promise.all(unknown.slice(0, MAX_ASKED_AT_ONCE).map(gatherOne));
      dropOldest(entries);
      announce();
      return outcomes.includes(true);
    },
  };
}

async function askSource(
  question: Question,
  clock: Clock,
): Promise<Pick<Entry, 'der' | 'askAgainAt'>> {
  const failed = (): Pick<Entry, 'der' | 'askAgainAt'> => ({
    der: null,
    askAgainAt: clock.now().getTime() + FAILURE_LIFE_MS,
  });
  try {
    const der = await question.ask();
    const end = question.endOf(der);
    if (end === null) return failed();
    const now = clock.now().getTime();
    const life = end === 'notSaid' ? MAX_LIFE_MS : end.getTime() - now;
    return { der, askAgainAt: now + Math.min(Math.max(life, FAILURE_LIFE_MS), MAX_LIFE_MS) };
  } catch {
    return failed(); // out of reach
  }
}

/** A list that the certificate's issuer did not sign may still be right, if it is an indirect one. */
function crlQuestion(source: StatusSource, url: string, issuer: Certificate): Question {
  return {
    kind: 'crl',
    key: `crl ${url} ${issuer.fingerprint}`,
    ask: () => source.fetchCrl(url),
    endOf(der) {
      const crl = readCrl(der);
      if (crl === null) return null;
      const isSigned = verifySignedObject(crl, issuer.publicKey) === 'valid';
      return isSigned || crl.scope?.isIndirect === true ? (crl.nextUpdate ?? 'notSaid') : null;
    },
  };
}

function ocspQuestion(source: StatusSource, url: string, asked: UnknownStatus): Question {
  const { certificate, issuer } = asked;
  const nonce = new Uint8Array(randomBytes(NONCE_BYTES));
  return {
    kind: 'ocsp',
    key: `ocsp ${url} ${certificate.fingerprint} ${issuer.fingerprint}`,
    ask: () => source.askResponder(url, encodeOcspRequest(certificate, issuer, nonce)),
    endOf(der) {
      const status = readOcspStatus({ ...asked, response: der });
      if (status.kind === 'other' || status.kind === 'fault') return null;
      const given = parseOcspResponse(der).basic?.nonce ?? null;
      // responders that answer from stock repeat no nonce (RFC 6960 §4.4.1): then freshness alone speaks
      if (given !== null && Buffer.compare(given, nonce) !== 0) return null;
      return status.nextUpdate ?? 'notSaid';
    },
  };
}

function dropOldest(entries: Map<string, Entry>): void {
  let bytes = 0;
  for (const { der } of entries.values()) bytes += der?.length ?? 0;
  for (const [key, { der }] of entries) {
    if (entries.size <= MAX_ENTRIES && bytes <= MAX_TOTAL_BYTES) return;
    bytes -= der?.length ?? 0;
    entries.delete(key);
  }
}
