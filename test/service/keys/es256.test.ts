import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import {
  generateEs256KeyPair,
  isEs256Point,
  signEs256,
  verifyEs256,
} from '../../../service/src/keys/es256.ts';
import { fromDerSignature } from '../../../service/src/keys/signatureValue.ts';
import { vectorTable } from '../../support/vectorTable.ts';
import { vectorsFolder } from '../../support/vectors.ts';

describe('signEs256', () => {
  it('yields r and s that verifyEs256 accepts, for these bytes only', () => {
    const { privateKey, spki } = generateEs256KeyPair();
    const point = spki.subarray(26);

    const signature = signEs256(privateKey, Buffer.from('act'));

    expect(signature).toHaveLength(64);
    expect(verifyEs256(point, Buffer.from('act'), signature)).toBe(true);
    expect(verifyEs256(point, Buffer.from('acts'), signature)).toBe(false);
  });
});

describe('isEs256Point', () => {
  it('refuses points that are compressed, off the curve or of another length', () => {
    const point = generateEs256KeyPair().spki.subarray(26);

    expect(isEs256Point(point)).toBe(true);
    expect(isEs256Point(point.with(64, point[64]! ^ 1))).toBe(false);
    expect(isEs256Point(point.with(0, 0x06))).toBe(false);
    expect(isEs256Point(point.subarray(0, 33).with(0, 0x02))).toBe(false);
  });
});

interface Case {
  readonly tcId: number;
  readonly comment: string;
  readonly msg: string;
  readonly sig: string;
  readonly result: 'valid' | 'invalid' | 'acceptable';
  readonly point: string;
}

const folder = vectorsFolder('wycheproof');
const describeVectors = folder === null ? describe.skip : describe;

describeVectors('ES256 on the wycheproof vectors', () => {
  const table = vectorTable('wycheproof');

  it.each([
    ['r‖s', 'ecdsa_secp256r1_sha256_p1363_test.json', (value: Uint8Array) => value],
    ['DER', 'ecdsa_secp256r1_sha256_test.json', fromDerSignature],
  ])('agrees with every case in %s', (_, file, toRaw) => {
    const cases = readCases(file);

    for (const { tcId, point, msg, sig, result } of cases) {
      const raw = toRaw(Buffer.from(sig, 'hex'));
      const isValid =
        raw !== null && verifyEs256(Buffer.from(point, 'hex'), Buffer.from(msg, 'hex'), raw);
      table.judge({
        name: `${file} ${tcId}`,
        expected: result === 'valid' ? 'accept' : 'reject',
        found: isValid ? 'accept' : 'reject',
      });
    }
    expect(cases.length).toBeGreaterThan(100);
  });
});

function readCases(file: string): Case[] {
  const text = readFileSync(join(folder!, file), 'utf8');
  const { testGroups } = JSON.parse(text) as {
    readonly testGroups: readonly {
      readonly publicKey: { readonly uncompressed: string };
      readonly tests: readonly Omit<Case, 'point'>[];
    }[];
  };
  return testGroups.flatMap(({ publicKey, tests }) =>
    tests.map((one) => ({ ...one, point: publicKey.uncompressed })),
  );
}
