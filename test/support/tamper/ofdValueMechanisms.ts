/** Ways to tamper with a seal signature inside an OFD. */
import {
  encodeBits,
  encodeOctets,
  encodeOid,
  encodeSequence,
} from '../../../service/src/pki/derEncoding.ts';
import { repack, turnBit, unpack } from '../repack.ts';
import { elementAt, membersOf, operate } from './derSurgery.ts';
import { find, ofParts, VALUE, type Cases } from './ofdParts.ts';
import { expecting, type Case, type Mechanism } from './tampered.ts';

/** The members of SES_Signature: toSign, certificate, algorithm, value, stamp. */
const onValue = (
  name: string,
  cases: (value: Uint8Array, change: (value: Uint8Array) => Uint8Array) => Cases,
): Mechanism =>
  ofParts(name, (parts, change) => {
    const part = find(parts, VALUE);
    return cases(parts.get(part)!, (value) => change({ [part]: value }));
  });

const FORGED = expecting('SIG_CRYPTO_FAILURE', 'HASH_FAILURE');

const toSignChanged = onValue('OFD: what is signed changed', (value, change) => {
  const set = (path: readonly number[], by: (element: Uint8Array) => Uint8Array): Case =>
    FORGED(change(operate(value, path, by)));
  const lastBit = (element: Uint8Array): Uint8Array => turnBit(element, element.length - 1);
  return {
    'dataHash, last bit': set([0, 3], lastBit),
    'dataHash of nothing': set([0, 3], () => encodeBits(new Uint8Array(32))),
    'dataHash cut': set([0, 3], () => encodeBits(new Uint8Array(31))),
    'dataHash empty': set([0, 3], () => encodeBits(new Uint8Array())),
    'signing time, a second': set([0, 2], (time) => turnBit(time, time.length - 2)),
    'signing time, a year': set([0, 2], (time) => turnBit(time, 5)),
    propertyInfo: set([0, 4], (info) => turnBit(info, 5)),
    'number of the seal': set([0, 1, 0, 1], lastBit),
    'name of the seal': set([0, 1, 0, 2, 1], (one) => turnBit(one, one.length - 1)),
    'end of the seal': set([0, 1, 0, 2, 6], (time) => turnBit(time, 5)),
    'picture of the seal': set([0, 1, 0, 3, 1], lastBit),
    'signature of the maker': set([0, 1, 3], lastBit),
  };
});

/** @param others - certificates that are not the signer's. */
const certificateSwapped = (others: readonly Uint8Array[]): Mechanism =>
  onValue('OFD: signer certificate swapped', (value, change) => ({
    ...Object.fromEntries(
      others.map((der, index) => [
        `for another, ${index}`,
        expecting(
          'SIG_CRYPTO_FAILURE',
          'HASH_FAILURE',
        )(change(operate(value, [1], () => encodeOctets(der)))),
      ]),
    ),
    'for the maker’s': FORGED(change(operate(value, [1], () => elementAt(value, [0, 1, 1])))),
    'for nothing': expecting(
      'FORMAT_FAILURE',
      'SIG_CRYPTO_FAILURE',
      'HASH_FAILURE',
    )(change(operate(value, [1], () => encodeOctets(new Uint8Array())))),
    'with another key usage': expecting(
      'SIG_CRYPTO_FAILURE',
      'SIGNER_NOT_IN_SEAL',
      'FORMAT_FAILURE',
      'HASH_FAILURE',
    )(change(operate(value, [1], (one) => turnBit(one, one.length - 100)))),
    'with another signature': expecting(
      'SIGNER_NOT_IN_SEAL',
      'SIG_CRYPTO_FAILURE',
      'FORMAT_FAILURE',
      'HASH_FAILURE',
    )(change(operate(value, [1], (one) => turnBit(one, one.length - 1)))),
  }));

const valueChanged = onValue('OFD: signature value changed', (value, change) => {
  const raw = elementAt(value, [3]).subarray(3); // behind tag, length and unused bits
  const set = (bits: Uint8Array): Case =>
    expecting(
      'SIG_CRYPTO_FAILURE',
      'CRYPTO_CONSTRAINTS_FAILURE',
      'HASH_FAILURE',
    )(change(operate(value, [3], () => encodeBits(bits))));
  const [r, s] = [elementAt(raw, [0]), elementAt(raw, [1])];
  const oid = (dotted: string): Case =>
    expecting(
      'SIG_CRYPTO_FAILURE',
      'CRYPTO_CONSTRAINTS_FAILURE',
      'HASH_FAILURE',
    )(change(operate(value, [2], () => encodeOid(dotted))));
  return {
    'last bit': set(turnBit(raw, raw.length - 1)),
    'first bit of r': set(turnBit(raw, 10)),
    'r and s exchanged': set(encodeSequence(s, r)),
    'r twice': set(encodeSequence(r, r)),
    'without DER': set(Buffer.concat([r.subarray(-32), s.subarray(-32)])),
    'with a byte behind': set(Buffer.concat([raw, Buffer.of(0)])),
    empty: set(new Uint8Array()),
    zero: set(Buffer.from('3006020100020100', 'hex')),
    'of the maker': set(elementAt(value, [0, 1, 3]).subarray(3)),
    'by ECDSA or SM2 instead': oid(
      Buffer.compare(elementAt(value, [2]), encodeOid('1.2.156.10197.1.501')) === 0
        ? '1.2.840.10045.4.3.2'
        : '1.2.156.10197.1.501',
    ),
    'by SHA-1 and RSA': oid('1.2.840.113549.1.1.5'),
    'by nobody’s algorithm': oid('1.2.3.4'),
  };
});

/** Members of a token that its signature binds. */
const TOKEN_PLACES: readonly (readonly [string, readonly number[]])[] = [
  ['type of the content', [1, 0, 2, 0]],
  ['what it says', [1, 0, 2, 1, 0]],
  ['who signed it', [1, 0, -1, 0, 1, 1]],
  ['signed attributes', [1, 0, -1, 0, 3, 1, 1, 0]],
  ['signature value', [1, 0, -1, 0, -1]],
];
/** Members that nothing binds. */
const TOKEN_LOOSE: readonly (readonly [string, readonly number[]])[] = [
  ['version', [1, 0, 0]],
  ['digest algorithms', [1, 0, 1, 0, 0]],
  ['a certificate of its path', [1, 0, 3, 0]],
  ['version of the signer', [1, 0, -1, 0, 0]],
];

const stampChanged: Mechanism = {
  name: 'OFD: time stamp changed',
  kind: 'ofd',
  cases: ({ bytes, isOwn }) => {
    const parts = unpack(bytes);
    const part = find(parts, VALUE);
    const value = parts.get(part)!;
    const [, , , , stamped] = membersOf(value);
    if (stamped === undefined) return {};
    const put = (stamp: Uint8Array, ...expected: readonly string[]): Case =>
      expecting(...expected)(repack(bytes, { [part]: operate(value, [4], () => stamp) }));
    const wrap = (token: Uint8Array): Uint8Array => operate(stamped, [0], () => encodeBits(token));
    const raw = elementAt(stamped, [0]);
    const content = raw.subarray(raw.length - lengthOf(raw) + 1);
    const flips = TOKEN_PLACES.map(([name, path]): readonly [string, Case] => {
      const changed = operate(content, path, (element) => turnBit(element, element.length - 3));
      const faults = ['FORMAT_FAILURE', 'SIG_CRYPTO_FAILURE', 'HASH_FAILURE'] as const;
      return [name, put(wrap(changed), ...faults, 'NO_CERTIFICATE_CHAIN_FOUND')];
    });
    const loose = TOKEN_LOOSE.map(([name, path]): readonly [string, Case | null] => [
      name,
      isOwn
        ? put(
            wrap(operate(content, path, (element) => turnBit(element, element.length - 1))),
            'FORMAT_FAILURE',
          )
        : null, // elsewhere such bytes say nothing and may be anything
    ]);
    return {
      ...Object.fromEntries(flips),
      ...Object.fromEntries(loose),
      'that is none': put(wrap(Uint8Array.of(0x30, 0)), 'FORMAT_FAILURE'),
      'cut short': put(wrap(content.subarray(0, -10)), 'FORMAT_FAILURE'),
      empty: put(wrap(new Uint8Array()), 'FORMAT_FAILURE'),
      twice: put(Buffer.concat([stamped, stamped]), 'FORMAT_FAILURE', 'HASH_FAILURE'),
      'two in one': put(
        operate(stamped, [0], (one) => [one, one]),
        'FORMAT_FAILURE',
        'HASH_FAILURE',
      ),
      'with another tag': put(
        Uint8Array.of(0xa1, ...stamped.subarray(1)),
        'FORMAT_FAILURE',
        'HASH_FAILURE',
      ),
    };
  },
};

function lengthOf(element: Uint8Array): number {
  const first = element[1]!;
  if (first < 0x80) return first;
  return [...element.subarray(2, 2 + first - 0x80)].reduce((sum, byte) => sum * 256 + byte, 0);
}

/** @param strangers - DER certificates of nobody who sealed. */
export function ofdValueMechanisms(strangers: readonly Uint8Array[]): Mechanism[] {
  return [toSignChanged, certificateSwapped(strangers), valueChanged, stampChanged];
}
