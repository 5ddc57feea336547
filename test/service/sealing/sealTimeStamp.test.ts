import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { parseTrustStore } from '../../../service/src/pki/trustStore.ts';
import { conclude } from '../../../service/src/report.ts';
import {
  verifySealTimeStamp,
  type SealTimeStampQuestion,
} from '../../../service/src/sealing/sealTimeStamp.ts';
import { turnBit } from '../../support/repack.ts';
import { vectorsFolder } from '../../support/vectors.ts';

const folder = vectorsFolder('judge-seals');
const read = (name: string): Buffer =>
  folder === null ? Buffer.alloc(0) : readFileSync(join(folder, name));

describe('a time stamp that is none', () => {
  it.each([
    ['nothing', new Uint8Array()],
    ['a sequence', Uint8Array.of(0x30, 0)],
  ])('fails by its format: %s', (_, token) => {
    const { checks } = verifySealTimeStamp({
      name: 'seal.timeStamp',
      token,
      stamped: new Uint8Array(),
      claimedAt: new Date(0),
      trust: { anchors: [], intermediates: [] },
      at: new Date(),
    });

    expect(checks).toMatchObject([{ name: 'seal.timeStamp', subIndication: 'FORMAT_FAILURE' }]);
  });
});

(folder === null ? describe.skip : describe)('a time stamp by SM2 and SM3', () => {
  const token = read('token-sm2.tst');
  const question: SealTimeStampQuestion = {
    name: 'signature.timeStamp',
    token,
    stamped: read('token-sm2.data'),
    claimedAt: new Date('2026-11-22T02:10:30Z'),
    trust: parseTrustStore(read('pki/trust.pem').toString()),
    at: new Date('2026-11-22T12:00:00Z'),
  };
  const verdict = (overrides: Partial<SealTimeStampQuestion> = {}): unknown =>
    conclude(verifySealTimeStamp({ ...question, ...overrides }).checks).subIndication;

  it('passes for what it stamps', () => {
    expect(verdict()).toBeNull();
  });

  it('leaves the token as it was', () => {
    const before = Buffer.from(token);
    verdict();

    expect(Buffer.compare(token, before)).toBe(0);
  });

  it.each<[string, string, Partial<SealTimeStampQuestion>]>([
    ['other bytes', 'HASH_FAILURE', { stamped: Buffer.from('other') }],
    [
      'a signature that claims a later time',
      'NOT_YET_VALID',
      { claimedAt: new Date('2026-11-22T03:00:00Z') },
    ],
    ['a moment before the stamp', 'NOT_YET_VALID', { at: new Date('2026-11-21T00:00:00Z') }],
    [
      'a changed token',
      'SIG_CRYPTO_FAILURE',
      { token: turnBit(token, token.indexOf('20261122') + 9, 2) },
    ],
    [
      'foreign roots',
      'NO_CERTIFICATE_CHAIN_FOUND',
      { trust: parseTrustStore(read('pki/foreign-root-sm2.pem').toString()) },
    ],
    ['no roots', 'NO_TRUST', { trust: { anchors: [], intermediates: [] } }],
  ])('does not pass for %s', (_, subIndication, overrides) => {
    expect(verdict(overrides)).toBe(subIndication);
  });
});
