import { beforeAll, describe, expect, it } from '@jest/globals';

import type { Act } from '../../chaincode/src/act.js';
import { requireActSignature, toAuthorityKey } from '../../chaincode/src/actSignature.js';
import type { AuthorityRecord } from '../../chaincode/src/records.js';
import { refusalOf } from './support/refusalOf.js';
import { makeTestKey } from './support/testKeys.js';
import type { TestKey } from './support/testKeys.js';

const AT = '2026-01-31T02:03:04.000Z';
const bytes = Buffer.from('canonical bytes of an act');

let key: TestKey;

function judge(signature: string): string {
  const act = { at: AT, by: { keyId: key.keyId } } as Act; // nothing else is asked
  const ledgerKey = { purpose: 'act', certificate: key.certificate } as const;
  const authority = { keys: [toAuthorityKey(ledgerKey, AT)] } as unknown as AuthorityRecord; // nor here
  return refusalOf(() => {
    requireActSignature(act, bytes, signature, authority);
  });
}

/** A signature whose r or s begins with a zero byte: one in 128 does. */
function shortSignature(half: 'r' | 's'): string {
  for (;;) {
    const signature = key.sign(bytes);
    if (Buffer.from(signature, 'base64url')[half === 'r' ? 0 : 32] === 0) return signature;
  }
}

describe('the signature of an act', () => {
  beforeAll(async () => {
    key = await makeTestKey();
  });

  it('is good, whatever its numbers', () => {
    const answers = Array.from({ length: 50 }, () => judge(key.sign(bytes)));

    expect(new Set(answers)).toEqual(new Set(['none']));
  });

  it.each(['r', 's'] as const)('is good with a short %s', (half) => {
    expect(judge(shortSignature(half))).toBe('none');
  });

  it.each([
    ['zeros', (): Buffer => Buffer.alloc(64)],
    ['ones', (): Buffer => Buffer.alloc(64, 0xff)],
    ['63 bytes', (): Buffer => Buffer.from(key.sign(bytes), 'base64url').subarray(0, 63)],
    [
      '65 bytes',
      (): Buffer => Buffer.concat([Buffer.from(key.sign(bytes), 'base64url'), Buffer.of(0)]),
    ],
    ['no bytes', (): Buffer => Buffer.alloc(0)],
  ])('is refused: %s', (_, signature) => {
    expect(judge(signature().toString('base64url'))).toBe('SIGNATURE_INVALID');
  });

  it('is refused with one bit changed', () => {
    const signature = Buffer.from(key.sign(bytes), 'base64url');
    for (const place of [0, 31, 32, 63]) {
      const changed = Buffer.from(signature);
      changed[place] = (changed[place] as number) ^ 1; // inside its 64 bytes
      expect(judge(changed.toString('base64url'))).toBe('SIGNATURE_INVALID');
    }
  });
});
