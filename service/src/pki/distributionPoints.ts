/** Where status and issuers are published (RFC 5280 §4.2.1.13, §4.2.2.1); attacker-controlled. */
import {
  expectTag,
  malformed,
  readChildren,
  readDer,
  readNamedBits,
  readOid,
  TAG,
  type DerElement,
} from './der.ts';
import { completeName, type DistinguishedName } from './distinguishedName.ts';
import { keyOfName, readGeneralName, readGeneralNames, type GeneralName } from './generalName.ts';

/** Bits of ReasonFlags (RFC 5280 §4.2.1.13) that stand for reasons; bit 0 is not used. */
export const ALL_REASONS = 0b1_1111_1110;

/** Name of a distribution point, in full or relative to the issuer of a list. */
export type DistributionPointName =
  | { readonly kind: 'full'; readonly names: readonly GeneralName[] }
  | { readonly kind: 'relative'; readonly element: DerElement };

/** One place at which lists for a certificate are to be had. */
export interface DistributionPoint {
  readonly name: DistributionPointName | null;
  /** Bit mask of ReasonFlags; `null`: all. */
  readonly reasons: number | null;
  /** Who signs the lists, if not the certificate's issuer. */
  readonly crlIssuer: readonly GeneralName[] | null;
}

/** @param value - DER of cRLDistributionPoints or freshestCRL. @throws ServiceError `CERTIFICATE_MALFORMED`. */
export function readDistributionPoints(value: Uint8Array): readonly DistributionPoint[] {
  const points = readChildren(readDer(value, TAG.sequence)).map(readDistributionPoint);
  if (points.length === 0) {
    throw malformed('a list of distribution points is empty');
  }
  return points;
}

/** @param element - of context tag 0, explicit around the choice. */
export function readDistributionPointName(element: DerElement): DistributionPointName {
  const [choice, ...rest] = readChildren(element);
  if (rest.length > 0 || (choice?.tag !== 0xa0 && choice?.tag !== 0xa1)) {
    throw malformed('the name of a distribution point is neither full nor relative');
  }
  if (choice.tag === 0xa0) {
    return { kind: 'full', names: readGeneralNames(choice) };
  }
  if (readChildren(choice).length === 0) {
    throw malformed('a relative name is empty');
  }
  return { kind: 'relative', element: choice };
}

/** @returns a bit mask, bit n of ReasonFlags as 2 to the power of n. @param element - of any tag. */
export function readReasons(element: DerElement): number {
  const bits = readNamedBits({ ...element, tag: TAG.bitString });
  return [...bits].reduce((mask, bit) => mask | (1 << bit), 0) & ALL_REASONS;
}

/** @param issuer - to whom a relative name is relative. @returns keys of general names. */
export function keysOfPointName(
  name: DistributionPointName,
  issuer: DistinguishedName,
): readonly string[] {
  return name.kind === 'full'
    ? name.names.map(({ key }) => key)
    : [keyOfName(completeName(issuer, name.element))];
}

/** A distribution point with nothing but an issuer says nothing (RFC 5280 §4.2.1.13). */
function readDistributionPoint(element: DerElement): DistributionPoint {
  const members = readChildren(expectTag(element, TAG.sequence));
  const tags = members.map(({ tag }) => tag);
  const form = tags.map((tag) => tag.toString(16)).join();
  if (!/^(?:a0,?)?(?:81,?)?(?:a2)?$/.test(form)) {
    throw malformed('a distribution point has members to spare');
  }
  const member = (tag: number): DerElement | undefined => members.find((one) => one.tag === tag);
  const [name, reasons, crlIssuer] = [member(0xa0), member(0x81), member(0xa2)];
  if (name === undefined && crlIssuer === undefined) {
    throw malformed('a distribution point names neither a place nor an issuer');
  }
  return {
    name: name === undefined ? null : readDistributionPointName(name),
    reasons: reasons === undefined ? null : readReasons(reasons),
    crlIssuer: crlIssuer === undefined ? null : readGeneralNames(crlIssuer),
  };
}

/** What a certificate says of where its status and its issuer are to be found. */
export interface StatusPlaces {
  /** Empty: no cRLDistributionPoints extension. */
  readonly crlDistributionPoints: readonly DistributionPoint[];
  readonly areCrlDistributionPointsCritical: boolean;
  /** Where lists are: http and https only, at most eight. */
  readonly crlUrls: readonly string[];
  /** Where responders are, likewise. */
  readonly ocspUrls: readonly string[];
  /** Where certificates of the issuer are, likewise. */
  readonly caIssuersUrls: readonly string[];
}

/** Of a certificate that says nothing of it. */
export const NO_PLACES: StatusPlaces = {
  crlDistributionPoints: [],
  areCrlDistributionPointsCritical: false,
  crlUrls: [],
  ocspUrls: [],
  caIssuersUrls: [],
};

const ACCESS = {
  ocsp: '1.3.6.1.5.5.7.48.1', // id-ad-ocsp
  caIssuers: '1.3.6.1.5.5.7.48.2', // id-ad-caIssuers
} as const;

type Reader = (value: Uint8Array, isCritical: boolean) => Partial<StatusPlaces>;

/** By OID. Each throws `CERTIFICATE_MALFORMED` for what it cannot read. */
export const PLACE_READERS: Readonly<Partial<Record<string, Reader>>> = {
  '2.5.29.31': (value, isCritical) => {
    const crlDistributionPoints = readDistributionPoints(value); // id-ce-cRLDistributionPoints
    const crlUrls = pickUrls(crlDistributionPoints.flatMap(namesOf));
    const areCrlDistributionPointsCritical = isCritical;
    return { crlDistributionPoints, areCrlDistributionPointsCritical, crlUrls };
  },
  '1.3.6.1.5.5.7.1.1': (value) => {
    const entries = readChildren(readDer(value, TAG.sequence)).map(readAccessDescription); // id-pe-authorityInfoAccess
    const at = (wanted: string): readonly string[] =>
      pickUrls(entries.filter(({ method }) => method === wanted).map(({ name }) => name));
    return { ocspUrls: at(ACCESS.ocsp), caIssuersUrls: at(ACCESS.caIssuers) };
  },
};

function namesOf({ name }: DistributionPoint): readonly GeneralName[] {
  return name?.kind === 'full' ? name.names : [];
}

function readAccessDescription(element: DerElement): { method: string; name: GeneralName } {
  const [method, location, ...rest] = readChildren(expectTag(element, TAG.sequence));
  if (location === undefined || rest.length > 0) {
    throw malformed('an access description is not a pair');
  }
  return { method: readOid(method), name: readGeneralName(location) };
}

const MAX_URLS = 8;

function pickUrls(names: readonly GeneralName[]): readonly string[] {
  const urls = names.flatMap((name) =>
    name.form === 'uniformResourceIdentifier' && isWebUrl(name.value) ? [name.value] : [],
  );
  return [...new Set(urls)].slice(0, MAX_URLS);
}

function isWebUrl(value: string): boolean {
  return /^https?:\/\//i.test(value) && URL.canParse(value);
}
