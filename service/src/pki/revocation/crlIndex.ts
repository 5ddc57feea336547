/** The revocation lists at hand, by who issued them. */
import { readCrl, type Crl } from './crl.ts';
import type { RevocationKnowledge } from './revocationKnowledge.ts';

/** Lists of one issuer, newest first. */
export interface IssuerCrls {
  readonly complete: readonly Crl[];
  readonly delta: readonly Crl[];
}
/** By comparison key of the issuer's name. */
export type CrlIndex = ReadonlyMap<string, IssuerCrls>;

/** More lists than this are not looked at. */
const MAX_CRLS = 4096;

const indexes = new WeakMap<readonly Uint8Array[], CrlIndex>();

/** Sorts the lists at hand; remembered where the array of lists is frozen. Unreadable lists are passed over. */
export function indexCrls({ crls }: RevocationKnowledge): CrlIndex {
  const known = indexes.get(crls);
  if (known !== undefined) {
    return known;
  }
  const index = sortCrls(crls.slice(0, MAX_CRLS));
  if (Object.isFrozen(crls)) indexes.set(crls, index);
  return index;
}

function sortCrls(ders: readonly Uint8Array[]): CrlIndex {
  const lists = ders.map(readCrl).filter((crl) => crl !== null);
  lists.sort((left, right) => right.thisUpdate.getTime() - left.thisUpdate.getTime());
  const index = new Map<string, { complete: Crl[]; delta: Crl[] }>();
  for (const crl of lists) {
    const key = crl.issuer.comparisonKey;
    const ofIssuer = index.get(key) ?? { complete: [], delta: [] };
    index.set(key, ofIssuer);
    (crl.baseNumber === null ? ofIssuer.complete : ofIssuer.delta).push(crl);
  }
  return index;
}
