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
  /**
   * Asks lists and responders about certificates, unless that was done already, and puts what they said into the
   * current trust. Concurrent callers who ask for the same share the answer.
   *
   * @returns whether anything is known now that was not before; never throws for an unreachable or lying source.
   */
  gather(unknown: readonly UnknownStatus[]): Promise<boolean>;
}

const DAY_MS = 86_400_000;
/** An answer that says nothing of its end. */
const DEFAULT_LIFE_MS = 3_600_000;
/** A source that failed is left alone for so long. */
const FAILURE_LIFE_MS = 60_000;
const MAX_ASKED_AT_ONCE = 16;
const MAX_ENTRIES = 1024;
const MAX_TOTAL_BYTES = 64 * 1024 * 1024;
const NONCE_BYTES = 16;

interface Entry {
  readonly kind: 'crl' | 'ocsp';
  /** `null`: the source failed. */
  readonly der: Uint8Array | null;
  readonly expiresAt: number;
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
  const entries = new Map<string, Entry>();
  const underWay = new Map<string, Promise<Entry>>();

  /** @returns whether there is an answer that was not there before. */
  async function take(question: Question): Promise<'new' | 'known' | 'none'> {
    const known = entries.get(question.key);
    if (known !== undefined && known.expiresAt > clock.now().getTime()) {
      return known.der === null ? 'none' : 'known';
    }
    const asking = underWay.get(question.key) ?? start(question);
    const entry = await asking;
    return entry.der === null ? 'none' : 'new';
  }

  function start(question: Question): Promise<Entry> {
    const asking = askSource(question, clock).then((entry) => {
      underWay.delete(question.key);
      entries.delete(question.key); // the newest stand last
      entries.set(question.key, entry);
      return entry;
    });
    underWay.set(question.key, asking);
    return asking;
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
    for (const question of questions) if ((await take(question)) === 'new') return true;
    return false;
  }

  function announce(): void {
    const of = (kind: Entry['kind']): readonly Uint8Array[] =>
      [...entries.values()].flatMap((entry) =>
        entry.kind === kind && entry.der !== null ? [entry.der] : [],
      );
    trust.setFetched({ crls: of('crl'), ocspResponses: of('ocsp') });
  }

  return {
    async gather(unknown) {
      const outcomes = await Promise.all(unknown.slice(0, MAX_ASKED_AT_ONCE).map(gatherOne));
      const isNew = outcomes.includes(true);
      prune(entries, clock.now().getTime());
      if (isNew) announce();
      return isNew;
    },
  };
}

async function askSource(question: Question, clock: Clock): Promise<Entry> {
  const { kind } = question;
  try {
    const der = await question.ask();
    const end = question.endOf(der);
    const now = clock.now().getTime();
    if (end === null) return { kind, der: null, expiresAt: now + FAILURE_LIFE_MS };
    const life = end === 'notSaid' ? DEFAULT_LIFE_MS : end.getTime() - now;
    return { kind, der, expiresAt: now + Math.min(Math.max(life, FAILURE_LIFE_MS), DAY_MS) };
  } catch {
    return { kind, der: null, expiresAt: clock.now().getTime() + FAILURE_LIFE_MS };
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

/** The oldest go first. */
function prune(entries: Map<string, Entry>, now: number): void {
  let bytes = 0;
  for (const [key, entry] of entries) {
    if (entry.expiresAt <= now) entries.delete(key);
    else bytes += entry.der?.length ?? 0;
  }
  for (const [key, entry] of entries) {
    if (entries.size <= MAX_ENTRIES && bytes <= MAX_TOTAL_BYTES) return;
    bytes -= entry.der?.length ?? 0;
    entries.delete(key);
  }
}
