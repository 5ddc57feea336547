/** Ways to tamper with seal files (.esl) and time-stamp tokens. */
import {
  encodeBits,
  encodeOctets,
  encodeOid,
  encodeText,
  encodeSequence,
} from '../../../service/src/pki/derEncoding.ts';
import { generalizedTime, ia5, integer, utcTime } from '../foreignSeal.ts';
import { turnBit } from '../repack.ts';
import { elementAt, leavesOf, operate, type DerPath } from './derSurgery.ts';
import { expecting, MALFORMED, type Case, type Genuine, type Mechanism } from './tampered.ts';

type Cases = Readonly<Record<string, Case | null>>;

const FORGED = expecting('SIG_CRYPTO_FAILURE', MALFORMED);

/** Paths of the members a seal's maker put down; versions differ. */
function anatomyOf(seal: Uint8Array): Readonly<Record<'maker' | 'algorithm' | 'value', DerPath>> {
  const isVersion1 = elementAt(seal, [1])[0] === 0x30;
  return isVersion1
    ? { maker: [1, 0], algorithm: [1, 1], value: [1, 2] }
    : { maker: [1], algorithm: [2], value: [3] };
}

const ofSeals = (name: string, cases: (of: Genuine) => Cases): Mechanism => ({
  name,
  kind: 'seal',
  cases,
});

const lastBit = (element: Uint8Array): Uint8Array => turnBit(element, element.length - 1);

const memberChanged = ofSeals('Seal: a bit of each member changed', ({ bytes }) => {
  const { maker } = anatomyOf(bytes);
  return Object.fromEntries(
    leavesOf(bytes).map(([path, leaf]) => {
      const faults =
        path.join() === maker.join() ? ['NO_CERTIFICATE_CHAIN_FOUND', 'FORMAT_FAILURE'] : [];
      const judged = expecting(
        'SIG_CRYPTO_FAILURE',
        'CRYPTO_CONSTRAINTS_FAILURE',
        MALFORMED,
        ...faults,
      );
      return [`member ${path.join('.')}`, judged(operate(bytes, path, () => lastBit(leaf)))];
    }),
  );
});

const factChanged = ofSeals('Seal: a fact changed', ({ bytes }) => {
  const property = elementAt(bytes, [0, 2]);
  const isTyped = elementAt(property, [2])[0] === 0x02;
  const shift = isTyped ? 1 : 0;
  const isUtc = elementAt(property, [3 + shift])[0] === 0x17;
  const time = (text: string): Uint8Array =>
    isUtc ? utcTime(text.slice(2)) : generalizedTime(text);
  const set = (path: DerPath, by: Uint8Array): Case => FORGED(operate(bytes, path, () => by));
  return {
    number: set([0, 1], ia5('99999999999999')),
    vendor: set([0, 0, 2], ia5('ANYBODY')),
    version: set([0, 0, 1], integer(11)),
    type: set([0, 2, 0], integer(77)),
    name: set([0, 2, 1], encodeText('假章')),
    'more signers': FORGED(
      operate(bytes, [0, 2, 2 + shift], (list) =>
        encodeSequence(elementAt(list, [0]), elementAt(list, [0])),
      ),
    ),
    'no signers': set([0, 2, 2 + shift], encodeSequence()),
    'made earlier': set([0, 2, 3 + shift], time('20010101000000Z')),
    'valid earlier': set([0, 2, 4 + shift], time('20010101000000Z')),
    'valid for longer': set([0, 2, 5 + shift], time('20991231000000Z')),
    picture: set([0, 3, 1], encodeOctets(Buffer.from('another'))),
    'type of picture': set([0, 3, 0], ia5('svg')),
    width: set([0, 3, 2], integer(99)),
  };
});

/** @param strangers - certificates that made no seal. */
const makerSwapped = (strangers: readonly Uint8Array[]): Mechanism =>
  ofSeals('Seal: maker’s certificate or signature swapped', ({ bytes }) => {
    const { maker, algorithm, value } = anatomyOf(bytes);
    const raw = elementAt(bytes, value).subarray(3);
    const setValue = (bits: Uint8Array): Case =>
      FORGED(operate(bytes, value, () => encodeBits(bits)));
    const setAlgorithm = (oid: string): Case =>
      expecting(
        'SIG_CRYPTO_FAILURE',
        'CRYPTO_CONSTRAINTS_FAILURE',
      )(operate(bytes, algorithm, () => encodeOid(oid)));
    return {
      ...Object.fromEntries(
        strangers.map((der, index) => [
          `certificate of stranger ${index}`,
          FORGED(operate(bytes, maker, () => encodeOctets(der))),
        ]),
      ),
      'no certificate': expecting('FORMAT_FAILURE')(
        operate(bytes, maker, () => encodeOctets(new Uint8Array())),
      ),
      'value changed': setValue(lastBit(raw)),
      'value empty': setValue(new Uint8Array()),
      'value of nothing': setValue(Buffer.from('3006020101020101', 'hex')),
      'value with a byte behind': setValue(Buffer.concat([raw, Buffer.of(0)])),
      'value without DER': setValue(Buffer.concat([raw.subarray(4, 36), raw.subarray(-32)])),
      'SHA-1 with RSA': setAlgorithm('1.2.840.113549.1.1.5'),
      'nobody’s algorithm': setAlgorithm('1.2.3.4'),
    };
  });

const sealStructure = ofSeals('Seal: structure changed', ({ bytes }) => {
  const judged = expecting(MALFORMED, 'SIG_CRYPTO_FAILURE');
  const members = (change: (all: Uint8Array) => Uint8Array | readonly Uint8Array[]): Case =>
    judged(operate(bytes, [0], change));
  return {
    'cut short': judged(bytes.subarray(0, -1)),
    'a byte behind': judged(Buffer.concat([bytes, Buffer.of(0)])),
    twice: judged(Buffer.concat([bytes, bytes])),
    'without facts': members(() => encodeSequence()),
    'facts twice': members((info) => [info, info]),
    'an indefinite length': judged(
      Buffer.concat([Buffer.of(0x30, 0x80), bytes.subarray(4), Buffer.of(0, 0)]),
    ),
    'a length of five bytes': judged(Buffer.concat([Buffer.of(0x30, 0x83, 0), bytes.subarray(2)])),
    'another outer tag': judged(Buffer.concat([Buffer.of(0x31), bytes.subarray(1)])),
    'a sixth member': judged(operate(bytes, [1], (one) => [one, one, one])),
    'a critical extension': judged(
      operate(bytes, [0, 3], (picture) => [
        picture,
        encodeSequence(
          encodeSequence(encodeOid('1.2.3'), Buffer.of(1, 1, 0xff), encodeOctets(Buffer.of(1))),
        ),
      ]),
    ),
    empty: judged(new Uint8Array()),
  };
});

const ofTokens = (name: string, cases: (of: Genuine) => Cases): Mechanism => ({
  name,
  kind: 'token',
  cases,
});

const TOKEN_FAULTS = [
  ...['FORMAT_FAILURE', 'SIG_CRYPTO_FAILURE', 'HASH_FAILURE', 'NOT_YET_VALID'],
  ...[
    'CRYPTO_CONSTRAINTS_FAILURE',
    'NO_CERTIFICATE_CHAIN_FOUND',
    'CERTIFICATE_CONSTRAINTS_FAILURE',
  ],
];

/** Everything in a token that its signature binds. */
const tokenChanged = ofTokens('Token: a bit changed', ({ bytes }) => {
  const judged = expecting(...TOKEN_FAULTS);
  const bound: readonly DerPath[] = [
    [1, 0, 2],
    [1, 0, -1, 0, 1],
    [1, 0, -1, 0, 3],
    [1, 0, -1, 0, -1],
  ];
  return Object.fromEntries(
    bound.flatMap((path) => {
      const element = elementAt(bytes, path);
      return [0.2, 0.4, 0.6, 0.8, 0.99].map((share) => {
        const offset = Math.max(2, Math.floor(element.length * share));
        const changed = operate(bytes, path, (one) => turnBit(one, offset));
        return [`${path.join('.')} at ${offset}`, judged(changed)];
      });
    }),
  );
});

/** Members of one token in another. */
const tokenMixed = (tokens: readonly Genuine[]): Mechanism =>
  ofTokens('Token: members of another token', (of) => {
    const judged = expecting(...TOKEN_FAULTS);
    const paths: Readonly<Record<string, DerPath>> = {
      content: [1, 0, 2],
      'signed attributes': [1, 0, -1, 0, 3],
      'signature value': [1, 0, -1, 0, -1],
      signer: [1, 0, -1],
      certificates: [1, 0, 3],
    };
    return Object.fromEntries(
      tokens
        .filter((other) => other.kind === 'token' && other !== of)
        .flatMap((other) =>
          Object.entries(paths).map(([name, path]) => [
            `${name} of ${other.name}`,
            judged(operate(of.bytes, path, () => elementAt(other.bytes, path))),
          ]),
        ),
    );
  });

/** @param strangers - DER certificates. @param genuine - where other tokens come from. */
export function sealMechanisms(
  strangers: readonly Uint8Array[],
  genuine: readonly Genuine[],
): Mechanism[] {
  return [
    memberChanged,
    factChanged,
    makerSwapped(strangers),
    sealStructure,
    tokenChanged,
    tokenMixed(genuine),
  ];
}
