/** What other cities publish of revoked certificates, fetched beforehand so that judging stays pure. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Certificate } from '../pki/certificate.ts';
import { readCrl, verifyCrlSignature } from '../pki/revocation/crl.ts';
import { encodeOcspRequest } from '../pki/revocation/ocspRequest.ts';
import { parseOcspResponse } from '../pki/revocation/ocspResponse.ts';
import { readOcspStatus } from '../pki/revocation/ocspStatus.ts';
import type { CurrentTrust } from './currentTrust.ts';

/** Port to those who publish. What comes back is attacker-controlled. Both reject whatever goes wrong. */
export interface RevocationSource {
  fetchCrl(url: string): Promise<Uint8Array>;
  askResponder(url: string, request: Uint8Array): Promise<Uint8Array>;
}

/** Fetches what certificates name. */
export interface RevocationGatherer {
  /**
   * Fetches what is not at hand, or too old, for every certificate of the paths but the anchors. One that cannot be
   * fetched is left out: the verdict is then `TRY_LATER`.
   *
   * @param paths - leaf first, anchor last, signatures verified: nobody but a CA that is trusted names addresses here.
   */
  gather(paths: readonly (readonly Certificate[])[]): Promise<void>;
}

/** A revocation in another city is seen here after so long, if that city can be reached. */
const REFRESH_MS = 600_000;
/** One who could not be reached is not asked again for so long. */
const RETRY_MS = 15_000;
const MAX_KEPT = 2000;
const MAX_ASKED = 16;
const MAX_URL_LENGTH = 2000;
const NONCE_BYTES = 16;

interface Kept {
  /** Null: nothing came, or nothing that can be read. */
  readonly der: Uint8Array | null;
  readonly kind: 'crl' | 'ocsp';
  readonly until: number;
  readonly thisUpdate: number;
}

interface Question {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
}

export function createRevocationGatherer(
  parts: Readonly<{
    clock: Clock;
    source: RevocationSource;
    trust: Pick<CurrentTrust, 'setFetched'>;
  }>,
): RevocationGatherer {
  const kept = new Map<string, Kept>();
  const asking = new Map<string, Promise<void>>();
  let told: ReadonlySet<Uint8Array | null> = new Set();

  async function ensure(name: string, ask: () => Promise<Kept | null>): Promise<void> {
    const known = kept.get(name);
    if (known !== undefined && parts.clock.now().getTime() < known.until) return;
    const running = asking.get(name) ?? askAndKeep(name, ask);
    asking.set(name, running);
    await running.finally(() => asking.delete(name));
  }

  async function askAndKeep(name: string, ask: () => Promise<Kept | null>): Promise<void> {
    const known = kept.get(name);
    const found = await ask().catch(() => null); // out of reach, or no answer of the kind
    const isOlder = found !== null && found.thisUpdate < (known?.thisUpdate ?? 0);
    const next = found === null || isOlder ? later(parts, known) : found;
    kept.delete(name);
    kept.set(name, next);
    const [oldest] = kept.keys();
    if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
  }

  return {
    async gather(paths) {
      const questions = paths.flatMap(questionsOf);
      const lists = new Map(
        questions.flatMap(({ certificate, issuer }) =>
          usable(certificate.crlUrls).map((url) => [url, issuer] as const),
        ),
      );
      const responders = questions.filter(({ certificate }) => certificate.crlUrls.length === 0);
      await Promise.all([
        ...[...lists]
          .slice(0, MAX_ASKED)
          .map(([url, issuer]) => ensure(url, () => askForCrl(parts, url, issuer))),
        ...responders.slice(0, MAX_ASKED).flatMap((question) =>
          usable(question.certificate.ocspUrls)
            .slice(0, 1)
            .map((url) =>
              ensure(`${url} ${question.certificate.fingerprint}`, () =>
                askAbout(parts, url, question),
              ),
            ),
        ),
      ]);
      const all = [...kept.values()].filter(({ der }) => der !== null);
      if (all.length === told.size && all.every(({ der }) => told.has(der))) return;
      told = new Set(all.map(({ der }) => der));
      parts.trust.setFetched({ crls: ofKind(all, 'crl'), ocspResponses: ofKind(all, 'ocsp') });
    },
  };
}

function questionsOf(path: readonly Certificate[]): readonly Question[] {
  return path.slice(0, -1).map((certificate, place) => ({
    certificate,
    issuer: path[place + 1] ?? certificate,
  }));
}

function usable(urls: readonly string[]): readonly string[] {
  return urls.filter((url) => /^https?:\/\//i.test(url) && url.length <= MAX_URL_LENGTH);
}

/** What was there stays until it is asked for again. */
function later({ clock }: { readonly clock: Clock }, known: Kept | undefined): Kept {
  const until = clock.now().getTime() + RETRY_MS;
  return { der: null, kind: 'crl', thisUpdate: 0, ...known, until };
}

/** A list that somebody else than the issuer signed may be right, but never takes the place of one by the issuer. */
async function askForCrl(
  { clock, source }: Readonly<{ clock: Clock; source: RevocationSource }>,
  url: string,
  issuer: Certificate,
): Promise<Kept | null> {
  const der = await source.fetchCrl(url);
  const crl = readCrl(der);
  if (crl === null) return null;
  const isIssuers = verifyCrlSignature(crl, issuer) === 'valid';
  const until = clock.now().getTime() + REFRESH_MS;
  return { der, kind: 'crl', until, thisUpdate: isIssuers ? crl.thisUpdate.getTime() : 0 };
}

/**
 * Kept only if it is the issuer's word on the certificate, and repeats our nonce if it has one (many responders answer
 * with what they signed beforehand; freshness is judged where it is used).
 */
async function askAbout(
  { clock, source }: Readonly<{ clock: Clock; source: RevocationSource }>,
  url: string,
  { certificate, issuer }: Question,
): Promise<Kept | null> {
  const nonce = randomBytes(NONCE_BYTES);
  const der = await source.askResponder(url, encodeOcspRequest(certificate, issuer, nonce));
  const { kind } = readOcspStatus({ certificate, issuer, response: der });
  const { basic } = parseOcspResponse(der);
  const isOurs = basic?.nonce == null || Buffer.compare(basic.nonce, nonce) === 0;
  if (!isOurs || kind === 'other' || kind === 'fault') return null;
  const now = clock.now().getTime();
  return { der, kind: 'ocsp', until: now + REFRESH_MS, thisUpdate: now };
}

function ofKind(all: readonly Kept[], kind: Kept['kind']): readonly Uint8Array[] {
  return all.flatMap((one) => (one.kind === kind && one.der !== null ? [one.der] : []));
}
