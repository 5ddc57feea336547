import { statePlaces, type AuthorityRecord, type LedgerKeyPurpose } from '@yinxin/chaincode/model';
import { latestEnd } from '../credentials/signerPeriod.ts';
import { ServiceError } from '../errors.ts';
import { parseCertificate, type Certificate } from '../pki/certificate.ts';
import {
  EXCEPTION_STATES,
  exceptionName,
  signTrustBundle,
  type ExceptionState,
  type StateExceptions,
} from './bundleFormat.ts';
import type { TrustParts } from './parts.ts';

/** What a publisher works with. */
export type BundleParts = Omit<TrustParts, 'publishBundle'> &
  Readonly<{
    /** Token of a status list. */
    publishStatusList: (list: number) => Promise<string>;
    /** How long a bundle is good for. */
    bundleLifeMs: number;
  }>;

/** A bundle is a snapshot by nature: many who ask at once get the same one. */
const KEPT_MS = 1000;
/** A bundle that took long to make is kept for so many times as long. */
const KEPT_TIMES = 20;
const KEYS_AT_ONCE = 500;

interface KeptBundle {
  readonly at: number;
  forMs: number;
  readonly text: Promise<string>;
}

/** Signs a bundle anew when the last one is older than a second, or took long to make. */
export function bundlePublisher(parts: BundleParts): TrustParts['publishBundle'] {
  let kept: KeptBundle | null = null;
  return async () => {
    const now = parts.clock.now().getTime();
    if (kept === null || Math.abs(now - kept.at) >= kept.forMs) {
      const next: KeptBundle = { at: now, forMs: KEPT_MS, text: makeBundle(parts) };
      kept = next;
      next.text.then(
        () => {
          const tookMs = parts.clock.now().getTime() - now;
          next.forMs = Math.max(KEPT_MS, tookMs * KEPT_TIMES);
        },
        () => {
          if (kept === next) kept = null;
        },
      );
    }
    return await kept.text;
  };
}

async function makeBundle(parts: BundleParts): Promise<string> {
  const { clock, operator, trust, trustList, ledger } = parts;
  await trustList.refresh();
  const issuedAt = clock.now();
  const [keys, statusLists, exceptions, checkpoint, signers] = await Promise.all([
    ledgerCertificates(parts),
    allStatusLists(parts),
    allExceptions(parts),
    ledger.checkpoint(),
    parts.signersOf(operator.creditCode),
  ]);
  const { credentialSigner: signer } = signers;
  const end = Math.min(issuedAt.getTime() + parts.bundleLifeMs, latestEnd(signer).getTime());
  return await signTrustBundle(
    {
      ...{ issuer: operator, issuedAt, statusLists, exceptions, checkpoint },
      expiresAt: new Date(end),
      codeSigners: keys('code'),
      credentialSigners: keys('credential'),
      intermediates: trust.own.intermediates,
      recognised: trustList.list.entries
        .filter(({ fingerprint }) => trust.current.scopes?.has(fingerprint) === true)
        .map(({ certificate, name, since, scope }) => ({
          certificate: parseCertificate(new Uint8Array(Buffer.from(certificate, 'base64'))),
          ...{ name, since, scope },
        })),
      crls: trust.current.revocation?.crls ?? [],
    },
    signer,
  );
}

async function allExceptions({ store }: BundleParts): Promise<readonly StateExceptions[]> {
  const found = new Map<ExceptionState, string[]>();
  for (const list of await store.status.lists()) {
    for (const { identifier, state } of await store.status.exceptions(list)) {
      if (!isException(state)) continue;
      const licences = found.get(state) ?? [];
      licences.push(exceptionName(identifier));
      found.set(state, licences);
    }
  }
  return [...found].map(([state, licences]) => ({ state, licences }));
}

function isException(state: string): state is ExceptionState {
  return EXCEPTION_STATES.some((one) => one === state);
}

async function allStatusLists(parts: BundleParts): Promise<readonly string[]> {
  const texts: string[] = [];
  for (const list of await parts.store.status.lists()) {
    texts.push(await parts.publishStatusList(list));
  }
  return texts;
}

/** Certificates of every key of a purpose that the ledger names, retired ones too. */
async function ledgerCertificates({
  store,
  ledger,
}: BundleParts): Promise<(purpose: LedgerKeyPurpose) => readonly Certificate[]> {
  const places = (await store.organisations.list()).map(({ creditCode }) =>
    statePlaces.authority(creditCode),
  );
  const records: (AuthorityRecord | null)[] = [];
  for (let start = 0; start < places.length; start += KEYS_AT_ONCE) {
    const { values } = await ledger.readStates(places.slice(start, start + KEYS_AT_ONCE));
    records.push(...(values as (AuthorityRecord | null)[])); // as the places say
  }
  const keys = records.flatMap((record) => record?.keys ?? []);
  return (purpose) =>
    keys.filter((key) => key.purpose === purpose).flatMap((key) => readKey(key.certificate));
}

/** Keys of another kind than this service reads verify nothing here. */
function readKey(certificate: string): readonly Certificate[] {
  try {
    return [parseCertificate(new Uint8Array(Buffer.from(certificate, 'base64')))];
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'CERTIFICATE_MALFORMED') return [];
    throw error;
  }
}
