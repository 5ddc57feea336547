import { createHash, createPublicKey, verify, X509Certificate } from 'node:crypto';

import { beforeAll, describe, expect, it } from '@jest/globals';

import {
  isSignedBy,
  parseCheckpoint,
  signCheckpoint,
} from '../../../service/src/ledger/checkpoint.ts';
import { parseCertificate } from '../../../service/src/pki/certificate.ts';
import { buildLedgerCity, ORIGIN } from '../../support/ledgerCity.ts';
import type { LedgerCity } from '../../support/ledgerCity.ts';

const head = { origin: ORIGIN, size: 42, rootHash: new Uint8Array(32).fill(5) };

let city: LedgerCity;
let note: string;

beforeAll(async () => {
  city = await buildLedgerCity();
  note = await signCheckpoint(head, city.node);
});

describe('signCheckpoint', () => {
  it('writes origin, size and root, an empty line, and one signature line', () => {
    const root = Buffer.from(head.rootHash).toString('base64');

    expect(note.split('\n')).toEqual([
      ORIGIN,
      '42',
      root,
      '',
      expect.stringMatching(`^\u2014 ${ORIGIN} [A-Za-z0-9+/=]+$`),
      '',
    ]);
  });

  it('signs the text with its last newline, DER-encoded, under the hash of the public key', () => {
    const [text = '', line = ''] = note.split('\n\n');
    const bytes = Buffer.from(line.trim().split(' ').at(-1)!, 'base64');
    const { publicKey } = new X509Certificate(city.node.certificationPath[0]!);
    const spki = publicKey.export({ format: 'der', type: 'spki' });
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });

    expect(bytes.subarray(0, 4)).toEqual(createHash('sha256').update(spki).digest().subarray(0, 4));
    expect(verify('sha256', Buffer.from(`${text}\n`), key, bytes.subarray(4))).toBe(true);
  });
});

describe('parseCheckpoint', () => {
  it('reads what was written', () => {
    expect(parseCheckpoint(note)).toMatchObject({
      origin: ORIGIN,
      size: 42,
      signatures: [{ name: ORIGIN }],
    });
    expect(Buffer.from(parseCheckpoint(note).rootHash)).toEqual(Buffer.from(head.rootHash));
  });

  it('takes further lines of text and further signatures', () => {
    const line = note.split('\n')[4]!;
    const extended =
      note.replace('\n\n', '\nextension\n\n') +
      `\u2014 witness.example ${Buffer.alloc(76, 1).toString('base64')}\n`;

    expect(parseCheckpoint(extended).signatures.map(({ name }) => name)).toEqual([
      ORIGIN,
      'witness.example',
    ]);
    expect(parseCheckpoint(extended).text).toMatch(/extension\n$/);
    expect(line).toBeTruthy();
  });

  it.each<[string, (good: string) => string]>([
    ['nothing', () => ''],
    ['a text without signatures', (good) => good.split('\n\n')[0]!],
    ['no origin', (good) => good.replace(ORIGIN, '')],
    ['an origin with a space', (good) => good.replace(ORIGIN, 'a b')],
    ['a size with a leading zero', (good) => good.replace('\n42\n', '\n042\n')],
    ['a negative size', (good) => good.replace('\n42\n', '\n-1\n')],
    ['a size past all numbers', (good) => good.replace('\n42\n', '\n9999999999999999\n')],
    ['a short root', (good) => good.replace(/\n42\n.*\n/, '\n42\nAAAA\n')],
    ['a signature line without its dash', (good) => good.replace('\u2014', '-')],
    ['a signature that is no base64', (good) => good.replace(/ [^ ]+\n$/, ' ***\n')],
    ['a signature line that is cut off', (good) => good.slice(0, -1)],
    ['too many signatures', (good) => good + good.split('\n')[4]!.concat('\n').repeat(16)],
    ['a text that is too long', (good) => good.replace('\n\n', `\n${'x'.repeat(20_000)}\n\n`)],
  ])('refuses %s', (_, spoil) => {
    expect(() => parseCheckpoint(spoil(note))).toThrow(
      expect.objectContaining({ code: 'DOCUMENT_MALFORMED' }),
    );
  });
});

describe('isSignedBy', () => {
  it('takes the signature of the node', () => {
    expect(isSignedBy(parseCheckpoint(note), keyOf(city.node.certificationPath[0]!))).toBe(true);
  });

  it('refuses another key, another text and another name', async () => {
    const stranger = await buildLedgerCity();

    expect(isSignedBy(parseCheckpoint(note), keyOf(stranger.node.certificationPath[0]!))).toBe(
      false,
    );
    const nodeKey = keyOf(city.node.certificationPath[0]!);
    expect(isSignedBy(parseCheckpoint(note.replace('\n42\n', '\n43\n')), nodeKey)).toBe(false);
    expect(
      isSignedBy(parseCheckpoint(note.replace(`\u2014 ${ORIGIN}`, '\u2014 other')), nodeKey),
    ).toBe(false);
  });
});

function keyOf(der: Uint8Array): ReturnType<typeof parseCertificate>['publicKey'] {
  return parseCertificate(der).publicKey;
}
