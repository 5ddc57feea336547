import { describe, expect, it } from '@jest/globals';

import { findNameFault } from '../../../service/src/pki/nameConstraints.ts';
import {
  buildCa,
  buildCertificate,
  type CertificateOverrides,
} from '../../support/certificates.ts';
import {
  encodeNameConstraints,
  encodeSubjectAltName,
  type NameValue,
} from '../../support/pathExtensions.ts';
import { encodeSubject } from '../../../service/src/pki/distinguishedName.ts';
import {
  encodeDer,
  encodeOid,
  encodeSequence,
  encodeSetOf,
  encodeText,
} from '../../../service/src/pki/derEncoding.ts';
import { TAG } from '../../../service/src/pki/der.ts';

interface Subtrees {
  readonly permitted?: readonly NameValue[];
  readonly excluded?: readonly NameValue[];
}

/** Whether a leaf may bear names below a CA with constraints. */
function isAllowed(subtrees: Subtrees, leaf: CertificateOverrides): boolean {
  const root = buildCa(null, 'root');
  const ca = buildCa(root, 'ca', { extensions: [encodeNameConstraints(subtrees)] });
  const path = [buildCertificate(ca, leaf), ca, root].map(({ certificate }) => certificate);
  return findNameFault(path) === null;
}

const isNameAllowed = (subtrees: Subtrees, name: NameValue): boolean =>
  isAllowed(subtrees, { extensions: [encodeSubjectAltName(name)] });

const dns = (value: string): NameValue => ({ dns: value });
const email = (value: string): NameValue => ({ email: value });
const uri = (value: string): NameValue => ({ uri: value });
const ip = (...octets: readonly number[]): NameValue => ({ ip: octets });

/** name, base, whether the name is inside, whether any part of it may be. */
type Row = readonly [NameValue, NameValue, boolean, boolean];

const HOSTS: readonly Row[] = [
  [dns('example.com'), dns('example.com'), true, true],
  [dns('WWW.Example.COM'), dns('example.com'), true, true],
  [dns('a.b.example.com'), dns('example.com'), true, true],
  [dns('example.com.'), dns('example.com'), true, true],
  [dns('myexample.com'), dns('example.com'), false, false],
  [dns('example.com.evil.org'), dns('example.com'), false, false],
  [dns('example.com'), dns('.example.com'), false, false],
  [dns('www.example.com'), dns('.example.com'), true, true],
  [dns('anything.org'), dns(''), true, true],
  [dns('*.example.com'), dns('example.com'), true, true],
  [dns('*.example.com'), dns('.example.com'), true, true],
  [dns('*.example.com'), dns('www.example.com'), false, true],
  [dns('*.example.com'), dns('other.org'), false, false],
  [dns('a..b'), dns('example.com'), false, true],
  [dns('exa mple.com'), dns('example.com'), false, true],
  [dns('www.*.com'), dns('example.com'), false, true],
  [dns('example.com'), dns('exa mple'), false, true],
];
const MAILBOXES: readonly Row[] = [
  [email('clerk@example.com'), email('example.com'), true, true],
  [email('clerk@EXAMPLE.com'), email('example.com'), true, true],
  [email('clerk@www.example.com'), email('example.com'), false, false],
  [email('clerk@www.example.com'), email('.example.com'), true, true],
  [email('clerk@example.com'), email('.example.com'), false, false],
  [email('clerk@example.com'), email('clerk@example.com'), true, true],
  [email('Clerk@example.com'), email('clerk@example.com'), false, false],
  [email('"a@b"@example.com'), email('example.com'), false, true],
  [email('example.com'), email('example.com'), false, true],
  [email('@example.com'), email('example.com'), false, true],
];
const URIS: readonly Row[] = [
  [uri('http://example.com/x'), uri('example.com'), true, true],
  [uri('https://user@example.com:8443'), uri('example.com'), true, true],
  [uri('http://www.example.com/'), uri('.example.com'), true, true],
  [uri('http://example.com/'), uri('.example.com'), false, false],
  [uri('http://evil.org/example.com'), uri('example.com'), false, false],
  [uri('http://evil.org#@example.com/'), uri('example.com'), false, false],
  [uri('http://evil.org\\@example.com/'), uri('example.com'), false, true],
  [uri('urn:x:example.com'), uri('example.com'), false, true],
  [uri('http://192.0.2.1/'), uri('example.com'), false, true],
  [uri('http://[2001:db8::1]/'), uri('example.com'), false, true],
];
const ADDRESSES: readonly Row[] = [
  [ip(192, 0, 2, 77), ip(192, 0, 2, 0, 255, 255, 255, 0), true, true],
  [ip(192, 0, 3, 77), ip(192, 0, 2, 0, 255, 255, 255, 0), false, false],
  [ip(192, 0, 2, 77), ip(...new Array<number>(32).fill(0)), false, false],
  [ip(...new Array<number>(16).fill(9)), ip(...new Array<number>(32).fill(0)), true, true],
  [ip(192, 0, 2), ip(192, 0, 2, 0, 255, 255, 255, 0), false, true],
  [ip(192, 0, 2, 77), ip(192, 0, 2, 0), false, true],
];

describe('findNameFault', () => {
  it.each([...HOSTS, ...MAILBOXES, ...URIS, ...ADDRESSES])(
    'of %j in %j: inside %s, touching %s',
    (name, base, isInside, isTouching) => {
      expect(isNameAllowed({ permitted: [base] }, name)).toBe(isInside);
      expect(isNameAllowed({ excluded: [base] }, name)).toBe(!isTouching);
    },
  );

  it('leaves forms alone that are not constrained', () => {
    expect(isNameAllowed({ permitted: [dns('example.com')] }, email('clerk@other.org'))).toBe(true);
    expect(isNameAllowed({ permitted: [dns('example.com')] }, { registered: '2.999' })).toBe(true);
  });

  it('refuses a constrained form it does not understand', () => {
    const registered = { registered: '2.999' };

    expect(isNameAllowed({ permitted: [registered] }, registered)).toBe(false);
    expect(isNameAllowed({ excluded: [registered] }, { registered: '2.998' })).toBe(false);
    expect(isNameAllowed({ excluded: [registered] }, dns('example.com'))).toBe(true);
  });

  it('asks for one permitted subtree of each CA on the way', () => {
    const root = buildCa(null, 'root');
    const constrain = (...names: readonly NameValue[]): CertificateOverrides => ({
      extensions: [encodeNameConstraints({ permitted: names })],
    });
    const upper = buildCa(root, 'upper', constrain(dns('example.com'), dns('example.org')));
    const lower = buildCa(upper, 'lower', constrain(dns('www.example.com'), dns('evil.net')));
    const isFine = (name: string): boolean => {
      const leaf = buildCertificate(lower, { extensions: [encodeSubjectAltName(dns(name))] });
      return findNameFault([leaf, lower, upper, root].map((one) => one.certificate)) === null;
    };

    expect(['www.example.com', 'example.org', 'evil.net', 'a.example.com'].filter(isFine)).toEqual([
      'www.example.com',
    ]);
  });

  it('applies to a CA below, but not to one that is self-issued', () => {
    const root = buildCa(null, 'root');
    const name = (commonName: string): Uint8Array =>
      encodeSubject({ organisation: '试验', creditCode: null, commonName });
    const constraint = encodeNameConstraints({ excluded: [{ directory: name('ca') }] });
    const ca = buildCa(root, 'ca', { extensions: [constraint] });
    const rolledOver = buildCa(ca, 'ca');
    const other = buildCa(ca, 'other', { extensions: [encodeSubjectAltName(dns('a.example'))] });
    const findFault = (
      ...path: readonly { certificate: Parameters<typeof findNameFault>[0][0] }[]
    ): unknown => findNameFault(path.map(({ certificate }) => certificate));

    expect(findFault(buildCertificate(rolledOver), rolledOver, ca, root)).toBeNull();
    expect(findFault(buildCertificate(other), other, ca, root)).toBeNull();
    expect(findFault(rolledOver, ca, root)).toContain('directoryName');
  });

  it('takes mailboxes from the subject where there is no other', () => {
    const mailbox = (value: string): Uint8Array =>
      encodeSequence(
        encodeSetOf(encodeSequence(encodeOid('2.5.4.3'), encodeText('clerk'))),
        encodeSetOf(
          encodeSequence(
            encodeOid('1.2.840.113549.1.9.1'),
            encodeDer(TAG.ia5String, Buffer.from(value)),
          ),
        ),
      );
    const permitted = { permitted: [email('example.com')] };
    const further = { extensions: [encodeSubjectAltName(email('clerk@example.com'))] };

    expect(isAllowed(permitted, { subject: mailbox('clerk@example.com') })).toBe(true);
    expect(isAllowed(permitted, { subject: mailbox('clerk@other.org') })).toBe(false);
    expect(isAllowed(permitted, { subject: mailbox('clerk@other.org'), ...further })).toBe(true);
  });

  it('counts constraints of the anchor', () => {
    const root = buildCa(null, 'root', {
      extensions: [encodeNameConstraints({ permitted: [dns('example.com')] })],
    });
    const leaf = buildCertificate(root, { extensions: [encodeSubjectAltName(dns('other.org'))] });

    expect(findNameFault([leaf.certificate, root.certificate])).toContain('dNSName');
  });

  it('ends soon among many names and many constraints', () => {
    const many = Array.from({ length: 1000 }, (_, n) => dns(`h${n}.example.com`));
    const root = buildCa(null, 'root');
    const ca = buildCa(root, 'ca', { extensions: [encodeNameConstraints({ permitted: many })] });
    const leaf = buildCertificate(ca, { extensions: [encodeSubjectAltName(...many)] });

    expect(findNameFault([leaf.certificate, ca.certificate, root.certificate])).toContain(
      'too many',
    );
  });
});
