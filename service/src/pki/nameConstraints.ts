/** Name constraints along a path (RFC 5280 §4.2.1.10, §6.1.3 (b), (c), §6.1.4 (g)). */
import type { Certificate } from './certificate.ts';
import type { DistinguishedName } from './distinguishedName.ts';
import type { GeneralName } from './generalName.ts';
import type { NameConstraints } from './pathConstraints.ts';

/** Names times subtrees that are compared at most; more are refused unseen. */
const MAX_COMPARISONS = 250_000;

/**
 * Looks for a name that an authority above it may not certify.
 *
 * @param path - leaf first, anchor last; the anchor's own constraints count too.
 * @returns one sentence; `null` if every name is in bounds. A name of a form that is constrained and not understood here
 * is out of bounds.
 */
export function findNameFault(path: readonly Certificate[]): string | null {
  const constraints: NameConstraints[] = [];
  let comparisons = 0;
  for (const [place, certificate] of [...path.entries()].reverse()) {
    if (place < path.length - 1 && (place === 0 || !isSelfIssued(certificate))) {
      const names = constraints.length === 0 ? [] : namesOf(certificate);
      comparisons += names.length * countSubtrees(constraints);
      if (comparisons > MAX_COMPARISONS) {
        return 'there are too many names and constraints on them';
      }
      const fault = names.find((name) => !constraints.every((one) => isWithin(name, one)));
      if (fault !== undefined) {
        return `${certificate.subject.text} has a ${fault.form} outside the names its authorities may certify`;
      }
    }
    if (place > 0 && certificate.nameConstraints !== null) {
      constraints.push(certificate.nameConstraints);
    }
  }
  return null;
}

/** Subject and issuer are the same entity (RFC 5280 §6.1). */
export function isSelfIssued({ subject, issuer }: Certificate): boolean {
  return subject.comparisonKey === issuer.comparisonKey;
}

function countSubtrees(constraints: readonly NameConstraints[]): number {
  return constraints.reduce((sum, one) => sum + one.permitted.length + one.excluded.length, 0);
}

/** Mailboxes in the subject count where the certificate has none among its further names. */
function namesOf({ subject, subjectAltNames }: Certificate): readonly GeneralName[] {
  const ownName: readonly GeneralName[] =
    subject.relativeKeys.length === 0
      ? []
      : [{ form: 'directoryName', name: subject, key: subject.comparisonKey }];
  const hasMailbox = subjectAltNames.some(({ form }) => form === 'rfc822Name');
  const mailboxes = hasMailbox ? [] : subject.emailAddresses;
  return [
    ...ownName,
    ...mailboxes.map((value) => ({ form: 'rfc822Name', value, key: value }) as const),
    ...subjectAltNames,
  ];
}

/** Of one CA's subtrees only those of the name's own form speak of it. */
function isWithin(name: GeneralName, { permitted, excluded }: NameConstraints): boolean {
  const ofForm = ({ form }: GeneralName): boolean => form === name.form;
  const allowed = permitted.filter(ofForm);
  const forbidden = excluded.filter(ofForm);
  if (allowed.length === 0 && forbidden.length === 0) {
    return true;
  }
  const matches = MATCHERS[name.form](name);
  return (
    matches !== null &&
    (allowed.length === 0 || allowed.some(matches.isInside)) &&
    !forbidden.some(matches.touches)
  );
}

interface Matcher {
  /** The name lies in the subtree. */
  readonly isInside: (base: GeneralName) => boolean;
  /** Some part of what the name stands for may lie in the subtree. */
  readonly touches: (base: GeneralName) => boolean;
}

/** `null`: the name cannot be compared. */
const MATCHERS: Readonly<Record<GeneralName['form'], (name: GeneralName) => Matcher | null>> = {
  directoryName: (name) =>
    name.form === 'directoryName'
      ? both((base) => base.form === 'directoryName' && isBeginning(base.name, name.name))
      : null,
  dNSName: (name) => (name.form === 'dNSName' ? matchHost(name.value) : null),
  rfc822Name: (name) => (name.form === 'rfc822Name' ? matchMailbox(name.value) : null),
  uniformResourceIdentifier: (name) =>
    name.form === 'uniformResourceIdentifier' ? matchUri(name.value) : null,
  iPAddress: (name) => (name.form === 'iPAddress' ? matchAddress(name.octets) : null),
  otherName: () => null,
  x400Address: () => null,
  ediPartyName: () => null,
  registeredID: () => null,
};

/** A base that cannot be read permits nothing and excludes everything. */
function both(isInside: (base: GeneralName) => boolean | null): Matcher {
  return {
    isInside: (base) => isInside(base) === true,
    touches: (base) => isInside(base) !== false,
  };
}

function isBeginning(base: DistinguishedName, name: DistinguishedName): boolean {
  return base.relativeKeys.every((key, place) => key === name.relativeKeys[place]);
}

const HOST = /^(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/;
const MAX_NAME = 1024;

/** @returns lower case without the dot at the end; `null` if it is no name of a host. */
function readHost(text: string): string | null {
  const host = text
    .slice(0, MAX_NAME + 1)
    .toLowerCase()
    .replace(/\.$/, '');
  return host.length <= MAX_NAME && HOST.test(host) ? host : null;
}

/** Any name made by adding labels to the left is inside; a leading dot asks for one at least. */
function matchHost(value: string): Matcher | null {
  const isWildcard = value.startsWith('*.');
  const host = readHost(isWildcard ? value.slice(2) : value);
  if (host === null) {
    return null;
  }
  const isInside = (base: GeneralName): boolean | null => {
    const subtree = readSubtree(base);
    if (subtree === null) return null;
    if (subtree.host === '') return true;
    const isBelow = host.endsWith(`.${subtree.host}`);
    return isBelow || (host === subtree.host && (isWildcard || !subtree.isBelowOnly));
  };
  const { isInside: inside, touches } = both(isInside);
  const covers = (base: GeneralName): boolean =>
    isWildcard && (readSubtree(base)?.host.endsWith(`.${host}`) ?? true);
  return { isInside: inside, touches: (base) => touches(base) || covers(base) };
}

/** @returns the host and whether only what is below it is meant; `null` if it is none. */
function readSubtree(base: GeneralName): { host: string; isBelowOnly: boolean } | null {
  const value = base.form === 'dNSName' ? base.value : null;
  if (value === null || value === '') {
    return value === null ? null : { host: '', isBelowOnly: false };
  }
  const isBelowOnly = value.startsWith('.');
  const host = readHost(isBelowOnly ? value.slice(1) : value);
  return host === null ? null : { host, isBelowOnly };
}

/** A base is a mailbox, a host for all its mailboxes, or with a leading dot a domain for all its hosts. */
function matchMailbox(value: string): Matcher | null {
  const mailbox = readMailbox(value);
  return mailbox === null
    ? null
    : both((base) => {
        if (base.form !== 'rfc822Name') return null;
        if (!base.value.includes('@')) return isHostIn(mailbox.host, base.value);
        const wanted = readMailbox(base.value);
        return wanted === null
          ? null
          : wanted.host === mailbox.host && wanted.localPart === mailbox.localPart;
      });
}

/** Local parts are told apart by case, hosts are not (RFC 5280 §7.5). */
function readMailbox(value: string): { localPart: string; host: string } | null {
  const place = value.lastIndexOf('@');
  const host = readHost(value.slice(place + 1));
  const localPart = value.slice(0, Math.max(place, 0));
  return host === null || !/^[!-?A-~]+$/.test(localPart) ? null : { localPart, host };
}

/** Constraints are on the host; a URI without one, or with an address, is refused (RFC 5280 §4.2.1.10). */
function matchUri(value: string): Matcher | null {
  const authority =
    /^[a-z][a-z0-9+.-]*:\/\/(?:[^@/?#\\]*@)?([^:/?#@\\]+)(?::\d*)?(?:[/?#]|$)/i.exec(
      value.slice(0, 4 * MAX_NAME),
    )?.[1];
  const host = readHost(authority ?? '');
  return host === null || /^[\d.]+$/.test(host)
    ? null
    : both((base) =>
        base.form === 'uniformResourceIdentifier' ? isHostIn(host, base.value) : null,
      );
}

/** @param base - a host, or with a leading dot a domain without the host of that name; `null` if it is neither. */
function isHostIn(host: string, base: string): boolean | null {
  const isDomain = base.startsWith('.');
  const wanted = readHost(isDomain ? base.slice(1) : base);
  if (wanted === null) return null;
  return isDomain ? host.endsWith(`.${wanted}`) : host === wanted;
}

/** Addresses of four or sixteen octets; a base is an address and a mask. */
function matchAddress(octets: Uint8Array): Matcher | null {
  return octets.length !== 4 && octets.length !== 16
    ? null
    : both((base) => {
        if (base.form !== 'iPAddress') return null;
        const half = base.octets.length / 2;
        if (half !== 4 && half !== 16) return null;
        return (
          half === octets.length &&
          octets.every(
            (octet, place) =>
              ((octet ^ (base.octets[place] ?? 0)) & (base.octets[half + place] ?? 0)) === 0,
          )
        );
      });
}
