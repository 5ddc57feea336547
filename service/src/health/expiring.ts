import type { TrustAnchorRecord } from '@yinxin/chaincode/model';
import { readCalendar } from '../cases/calendar.ts';
import { listCertificates, type CertificateEntry } from '../certificates/listCertificates.ts';
import type { CertificateParts } from '../certificates/parts.ts';
import { parseInstant } from '../civilTime.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { everyItem } from '../store/page.ts';
import type { Store } from '../store/store.ts';
import type { TrustParts } from '../trust/parts.ts';

/** Something that somebody should see to before it ends. */
export interface Expiring {
  readonly kind: 'certificate' | 'seal' | 'trustAnchor' | 'calendar';
  readonly id: string;
  readonly name: string;
  readonly notAfter: Date;
}

export interface ExpiryParts {
  readonly clock: CertificateParts['clock'];
  readonly store: Pick<Store, 'seals' | 'meta' | 'revocations'>;
  readonly certificates: { readonly parts: Pick<CertificateParts, 'clock' | 'store' | 'pki'> };
  readonly trustParts: Pick<TrustParts, 'trustList'>;
}

const DAY_MS = 86_400_000;

/**
 * What ends within some days, or ended within as many, and has no successor: soonest first.
 *
 * Certificates of the city, seals, other cities' CAs on the trust list, and the calendar, which ends with the last year
 * that has days in it.
 */
export async function findExpiring(parts: ExpiryParts, days: number): Promise<readonly Expiring[]> {
  const now = parts.clock.now().getTime();
  const found = [
    ...newestOf(await listCertificates(parts.certificates.parts)),
    ...(await sealsInUse(parts)),
    ...parts.trustParts.trustList.list.entries.flatMap(toAnchor),
    ...(await calendarOf(parts)),
  ];
  return found
    .filter(({ notAfter }) => Math.abs(notAfter.getTime() - now) <= days * DAY_MS)
    .toSorted((a, b) => a.notAfter.getTime() - b.notAfter.getTime());
}

/** Of each owner, purpose and algorithm the one that lasts longest: what came before it is replaced already. */
function newestOf(entries: readonly CertificateEntry[]): readonly Expiring[] {
  const newest = new Map<string, CertificateEntry>();
  for (const entry of entries) {
    if (entry.state === 'revoked' || entry.state === 'issuerRevoked') continue;
    const place = `${entry.owner} ${entry.purpose} ${entry.algorithm}`;
    const other = newest.get(place);
    if (other === undefined || other.notAfter < entry.notAfter) newest.set(place, entry);
  }
  return [...newest.values()].map(({ fingerprint, subject, notAfter }) => ({
    ...{ kind: 'certificate', id: fingerprint, name: subject, notAfter },
  }));
}

async function sealsInUse({ store }: ExpiryParts): Promise<readonly Expiring[]> {
  const found: Expiring[] = [];
  for await (const { esId, name, state, validUntil } of everyItem((page) =>
    store.seals.list({}, page),
  )) {
    if (state === 'valid' || state === 'suspended') {
      found.push({ kind: 'seal', id: esId, name, notAfter: validUntil });
    }
  }
  return found;
}

function toAnchor({ state, name, fingerprint, certificate }: TrustAnchorRecord): Expiring[] {
  if (state !== 'trusted') return [];
  const { notAfter } = parseCertificate(new Uint8Array(Buffer.from(certificate, 'base64')));
  return [{ kind: 'trustAnchor', id: fingerprint, name, notAfter }];
}

async function calendarOf({ store }: ExpiryParts): Promise<readonly Expiring[]> {
  const { holidays, workingDays } = await readCalendar({ store });
  const years = [...holidays, ...workingDays].map((day) => day.slice(0, 4));
  const last = years.reduce((a, b) => (a > b ? a : b), '');
  const notAfter = last === '' ? null : parseInstant(`${last}-12-31`, 'end');
  return notAfter === null ? [] : [{ kind: 'calendar', id: last, name: last, notAfter }];
}
