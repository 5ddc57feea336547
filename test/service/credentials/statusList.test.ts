import { deflateSync } from 'node:zlib';

import { beforeAll, describe, expect, it } from '@jest/globals';

import { signJws, type JsonObject } from '../../../service/src/credentials/jws.ts';
import { StatusBits } from '../../../service/src/credentials/statusBits.ts';
import {
  parseStatusList,
  signStatusList,
  STATUS_LIST_TYPE,
  verifyStatusList,
} from '../../../service/src/credentials/statusList.ts';
import { parseCertificate } from '../../../service/src/pki/certificate.ts';
import { conclude } from '../../../service/src/report.ts';
import { testCity, type TestCity } from '../../support/testCa.ts';

const URI = 'https://licences.example.cn/s/0';
const ISSUED_AT = new Date('2026-02-01T00:00:00Z');
const EXPIRES_AT = new Date('2026-02-02T00:00:00Z');

let city: TestCity;
let text: string;

beforeAll(async () => {
  city = await testCity('2026-01-01T00:00:00Z');
  const bits = new StatusBits();
  bits.set(5, 'invalid');
  bits.set(131_071, 'suspended');
  text = await signList(EXPIRES_AT, bits);
});

function signList(expiresAt: Date, bits = new StatusBits()): Promise<string> {
  const input = { uri: URI, bits, issuedAt: ISSUED_AT, ttlSeconds: 300, expiresAt };
  return signStatusList(input, city.credentialSigner);
}

function verdict(overrides: { at?: Date; uri?: string } = {}): object {
  const question = { trust: city.trust, at: ISSUED_AT, uri: URI, ...overrides };
  return conclude(verifyStatusList(parseStatusList(text), question));
}

describe('a status list', () => {
  it('is read as it was signed', () => {
    const list = parseStatusList(text);

    expect(list).toMatchObject({
      uri: URI,
      issuedAt: ISSUED_AT,
      expiresAt: EXPIRES_AT,
      ttlSeconds: 300,
    });
    expect([4, 5, 131_071].map((index) => list.bits.get(index))).toEqual([
      'valid',
      'invalid',
      'suspended',
    ]);
  });

  it('passes while it is good', () => {
    expect(verdict()).toEqual({ indication: 'TOTAL-PASSED', subIndication: null });
  });

  it('cannot tell after its end', () => {
    expect(verdict({ at: EXPIRES_AT })).toEqual({
      indication: 'INDETERMINATE',
      subIndication: 'TRY_LATER',
    });
  });

  it('does not stand in for another list', () => {
    expect(verdict({ uri: 'https://licences.example.cn/s/1' })).toMatchObject({
      indication: 'TOTAL-FAILED',
    });
  });

  it('never outlives its signer', async () => {
    const long = parseStatusList(await signList(new Date('2999-01-01T00:00:00Z')));

    expect(long.expiresAt.getTime()).toBeLessThanOrEqual(
      parseCertificate(city.credentialSigner.certificationPath[0]!).notAfter.getTime(),
    );
  });
});

describe('parseStatusList', () => {
  const lst = deflateSync(new Uint8Array(32_768)).toString('base64url');
  const valid: JsonObject = { exp: 2, iat: 1, status_list: { bits: 2, lst }, sub: URI, ttl: 1 };

  it.each<[string, JsonObject]>([
    ['no subject', { ...valid, sub: 1 }],
    ['no list', { ...valid, status_list: null }],
    ['entries of one bit', { ...valid, status_list: { bits: 1, lst } }],
    ['a list that is not compressed', { ...valid, status_list: { bits: 2, lst: 'AAAA' } }],
    ['a list that is no text', { ...valid, status_list: { bits: 2, lst: 1 } }],
    ['a list that is not base64url', { ...valid, status_list: { bits: 2, lst: 'a+b=' } }],
    [
      'a list too short',
      { ...valid, status_list: { bits: 2, lst: deflateSync('short').toString('base64url') } },
    ],
    [
      'a list that inflates without bound',
      {
        ...valid,
        status_list: { bits: 2, lst: deflateSync(new Uint8Array(2 ** 24)).toString('base64url') },
      },
    ],
    ['no end', { ...valid, exp: 'tomorrow' }],
    ['a fraction of a second', { ...valid, iat: 1.5 }],
    ['no ttl', { ...valid, ttl: -1 }],
  ])('refuses %s', async (_, payload) => {
    const token = await signJws(STATUS_LIST_TYPE, payload, city.credentialSigner);

    expect(() => parseStatusList(token)).toThrow(
      expect.objectContaining({ code: 'DOCUMENT_MALFORMED' }),
    );
  });

  it('refuses a JWS of another type', async () => {
    const token = await signJws('JWT', valid, city.credentialSigner);

    expect(() => parseStatusList(token)).toThrow(
      expect.objectContaining({ code: 'DOCUMENT_MALFORMED' }),
    );
  });
});
