import { createHash } from 'node:crypto';

import { beforeAll, describe, expect, it } from '@jest/globals';
import { SDJwtInstance } from '@sd-jwt/core';
import fc from 'fast-check';

import { signJws, type JsonObject } from '../../../service/src/credentials/jws.ts';
import {
  CREDENTIAL_TYPE,
  parseCredential,
  prepareCredential,
  presentCredential,
  verifyCredential,
  type CredentialInput,
  type EncodedCredential,
} from '../../../service/src/credentials/sdJwt.ts';
import { statusReference } from '../../../service/src/credentials/statusReference.ts';
import { verifySignature } from '../../../service/src/keys/publicKey.ts';
import type { Signer } from '../../../service/src/keys/signer.ts';
import { parseCertificate } from '../../../service/src/pki/certificate.ts';
import { NO_TRUST_STORE } from '../../../service/src/pki/trustStore.ts';
import { conclude } from '../../../service/src/report.ts';
import { formatIdentifier } from '@yinxin/chaincode/model';
import { testCity, type TestCity } from '../../support/testCa.ts';

const malformed = expect.objectContaining({ code: 'DOCUMENT_MALFORMED' });
const ISSUED_AT = new Date('2026-02-01T00:00:00Z');
const HOLDER = { name: '张三', code: '11010519491231002X', codeType: '111' };
const FIELDS = {
  scope: '餐饮服务',
  area: 120.5,
  tags: ['a', 'b'],
  address: { street: '解放路', no: 7 },
};

let city: TestCity;
let identifier: string;
let issued: EncodedCredential;

beforeAll(async () => {
  city = await testCity('2026-01-01T00:00:00Z');
  identifier = identifierOf(city.authority.creditCode);
  issued = await issue();
});

function identifierOf(issuer: string): string {
  return formatIdentifier({ typeCode: '11100000000013338W032', issuer, serial: '1', version: 2 });
}

async function issue(
  overrides: Partial<CredentialInput> = {},
  signer: Signer = city.credentialSigner,
): Promise<EncodedCredential> {
  const prepared = prepareCredential(
    {
      identifier,
      issuedAt: ISSUED_AT,
      validUntil: new Date('2026-12-31T15:59:59.999Z'),
      status: statusReference('https://licences.example.cn', { list: 0, index: 9 }),
      holder: HOLDER,
      fields: FIELDS,
      ...overrides,
    },
    signer,
  );
  return prepared.complete(await signer.sign(prepared.toBeSigned));
}

function verdict(text: string, at = ISSUED_AT, trust = city.trust): object {
  return conclude(verifyCredential(parseCredential(text), { trust, at }));
}

const PASSED = { indication: 'TOTAL-PASSED', subIndication: null };

describe('a credential', () => {
  it('passes with everything disclosed', () => {
    expect(verdict(issued.text)).toEqual(PASSED);
    expect(parseCredential(issued.text)).toMatchObject({
      identifier,
      issuer: city.authority.creditCode,
      issuedAt: ISSUED_AT,
      expiresAt: new Date('2026-12-31T16:00:00Z'),
      status: { list: 0, index: 9, uri: 'https://licences.example.cn/s/0' },
      holder: HOLDER,
      fields: FIELDS,
      digest: issued.digest,
    });
  });

  it('shows exactly the chosen members', () => {
    const fields = fc.subarray(Object.keys(FIELDS));
    const holder = fc.subarray(Object.keys(HOLDER));
    fc.assert(
      fc.property(fields, holder, (fieldNames, holderNames) => {
        const text = presentCredential(issued.text, { fields: fieldNames, holder: holderNames });

        const found = parseCredential(text);

        expect(Object.keys(found.fields).sort()).toEqual(fieldNames.sort());
        expect(Object.keys(found.holder).sort()).toEqual(holderNames.sort());
        expect(found.digest).toBe(issued.digest);
        expect(verdict(text)).toEqual(PASSED);
      }),
      { numRuns: 30 },
    );
  });

  it('holds nothing of what is not shown', () => {
    const text = presentCredential(issued.text, { fields: ['scope'] });

    const everything = text.split(/[.~]/).map((part) => Buffer.from(part, 'base64url').toString());
    expect(everything.join()).not.toContain('张三');
    expect(everything.join()).not.toContain('解放路');
  });

  it('tells a holder member from a field of the same name', async () => {
    const { text } = await issue({ fields: { name: '字号' } });

    const shown = parseCredential(presentCredential(text, { fields: ['name'] }));

    expect(shown).toMatchObject({ fields: { name: '字号' }, holder: {} });
  });

  it('takes fields whose names mean something in a JWT', async () => {
    const fields = { exp: 1, iss: 'x', __proto__x: 2, status: null };
    const { text } = await issue({ fields });

    expect(parseCredential(text).fields).toEqual(fields);
    expect(verdict(text)).toEqual(PASSED);
  });

  it('is verified by another implementation', async () => {
    const { publicKey } = parseCertificate(city.credentialSigner.certificationPath[0]!);
    const verifier = new SDJwtInstance({
      verifier: (input, signature) =>
        verifySignature(publicKey, Buffer.from(input), Buffer.from(signature, 'base64url')),
      hasher: (text) =>
        new Uint8Array(
          createHash('sha256')
            .update(Buffer.from(text as string))
            .digest(),
        ),
      hashAlg: 'sha-256',
    });

    const text = presentCredential(issued.text, { fields: ['area', 'address'] });
    const { payload } = await verifier.verify(text, {
      currentDate: ISSUED_AT.getTime() / 1000,
    });

    expect(payload).toMatchObject({
      iss: city.authority.creditCode,
      licence: identifier,
      vct: 'urn:yinxin:licence:11100000000013338W032',
      fields: { area: 120.5, address: FIELDS.address },
      holder: {},
    });
  });

  it("never outlives its signer's certificate", async () => {
    const { notAfter } = parseCertificate(city.credentialSigner.certificationPath[0]!);

    for (const validUntil of [null, new Date('2999-12-31T00:00:00Z')]) {
      const { text } = await issue({ validUntil });

      expect(parseCredential(text).expiresAt).toEqual(notAfter);
    }
  });

  it('is not signed with an SM2 key', () => {
    const input = { identifier, issuedAt: ISSUED_AT, validUntil: null, holder: {}, fields: {} };
    const status = statusReference('https://h', { list: 0, index: 0 });

    expect(() => prepareCredential({ ...input, status }, city.documentSignerSm2)).toThrow(
      expect.objectContaining({ code: 'KEY_UNFIT' }),
    );
  });
});

describe('verifyCredential', () => {
  it('fails a disclosure of another credential', async () => {
    const other = await issue();
    const foreign = other.text.split('~')[1]!;

    expect(verdict(`${presentCredential(issued.text, {})}${foreign}~`)).toEqual({
      indication: 'TOTAL-FAILED',
      subIndication: 'HASH_FAILURE',
    });
  });

  it('fails a disclosure that was changed, and does not show it', () => {
    const changed = Buffer.from(JSON.stringify(['c2FsdA', 'scope', '网吧'])).toString('base64url');
    const text = `${presentCredential(issued.text, {})}${changed}~`;

    expect(verdict(text)).toMatchObject({ subIndication: 'HASH_FAILURE' });
    expect(parseCredential(text).fields).toEqual({});
  });

  it('fails a disclosure given twice', () => {
    const text = presentCredential(issued.text, { fields: ['scope'] });
    const disclosure = text.split('~')[1]!;

    expect(verdict(`${text}${disclosure}~`)).toMatchObject({ indication: 'TOTAL-FAILED' });
  });

  it('fails a changed signature value', () => {
    const [jwt = '', ...others] = issued.text.split('~');
    const at = jwt.lastIndexOf('.') + 5;
    const changed = jwt.slice(0, at) + (jwt[at] === 'A' ? 'B' : 'A') + jwt.slice(at + 1);

    expect(verdict([changed, ...others].join('~'))).toEqual({
      indication: 'TOTAL-FAILED',
      subIndication: 'SIG_CRYPTO_FAILURE',
    });
  });

  it('fails a credential in the name of another authority', async () => {
    const { text } = await issue({ identifier: identifierOf('11430000006122244L') });

    expect(verdict(text)).toEqual({
      indication: 'TOTAL-FAILED',
      subIndication: 'CERTIFICATE_CONSTRAINTS_FAILURE',
    });
  });

  it('does not pass a key of another purpose', async () => {
    const { text } = await issue({}, city.act);

    expect(verdict(text)).toMatchObject({ subIndication: 'CERTIFICATE_CONSTRAINTS_FAILURE' });
  });

  it('cannot tell without trust', () => {
    expect(verdict(issued.text, ISSUED_AT, NO_TRUST_STORE)).toMatchObject({
      indication: 'INDETERMINATE',
    });
  });

  it.each([
    ['2026-12-31T15:59:59.999Z', null],
    ['2026-12-31T16:00:00.000Z', 'EXPIRED'],
    ['2026-01-31T23:58:59.000Z', 'NOT_YET_VALID'],
  ])('at %s says %s', (at, subIndication) => {
    expect(verdict(issued.text, new Date(at))).toMatchObject({ subIndication });
  });
});

describe('parseCredential', () => {
  const hidden = { _sd: [] };
  const status = { status_list: { idx: 1, uri: 'https://h/s/0' } };

  function claims(overrides: JsonObject): JsonObject {
    return {
      exp: 2_000_000_000,
      fields: hidden,
      holder: hidden,
      iat: 1_769_000_000,
      iss: city.authority.creditCode,
      licence: identifier,
      status,
      vct: 'urn:yinxin:licence:11100000000013338W032',
      ...overrides,
    };
  }

  it('reads the claims that the faults below start from', async () => {
    const jwt = await signJws(CREDENTIAL_TYPE, claims({}), city.credentialSigner);

    expect(verdict(`${jwt}~`)).toEqual(PASSED);
  });

  it.each<[string, JsonObject]>([
    ['no licence', { licence: null }],
    ['an identifier with a wrong check character', { licence: '1.2.156.3005.2.1.1.1.001.1' }],
    ['an issuer who is not that of the licence', { iss: '11430000006122244L' }],
    ['another type of credential', { vct: 'urn:yinxin:licence:11100000000013338W033' }],
    ['a claim it does not know', { sub: 'x' }],
    ['key binding, which it does not check', { cnf: {} }],
    ['no status', { status: null }],
    ['a status of another kind', { status: { status_list: 1 } }],
    ['no fields', { fields: null }],
    ['fields that are a list', { fields: [] }],
    ['an end that is text', { exp: '2030' }],
    ['an end beyond the year 9999', { exp: 1e12 }],
  ])('refuses %s', async (_, overrides) => {
    const jwt = await signJws(CREDENTIAL_TYPE, claims(overrides), city.credentialSigner);

    expect(() => parseCredential(`${jwt}~`)).toThrow(malformed);
  });

  it.each<[string, () => string]>([
    ['nothing', () => ''],
    ['a tilde', () => '~'],
    ['a JWT without tilde', () => issued.text.split('~')[0]!],
    ['key binding', () => `${issued.text}eyJ.eyJ.sig`],
    ['an empty disclosure', () => `${issued.text}~`],
    ['513 disclosures', () => `${issued.text.split('~')[0]!}${'~WyJhIiwiYiIsMV0'.repeat(513)}~`],
    ['a very long text', () => `${'a'.repeat(300_000)}~`],
  ])('refuses %s', (_, make) => {
    expect(() => parseCredential(make())).toThrow(malformed);
    expect(() => presentCredential(make(), {})).toThrow(malformed);
  });

  it('throws nothing but DOCUMENT_MALFORMED and passes nothing else, whichever character is changed', () => {
    const changes = fc.record({
      at: fc.nat({ max: issued.text.length - 1 }),
      character: fc.stringMatching(/^[A-Za-z0-9_.~-]$/),
    });
    fc.assert(
      fc.property(changes, ({ at, character }) => {
        fc.pre(issued.text[at] !== character);
        const text = issued.text.slice(0, at) + character + issued.text.slice(at + 1);
        try {
          expect(verdict(text)).not.toEqual(PASSED);
        } catch (error) {
          expect(error).toMatchObject({ code: 'DOCUMENT_MALFORMED' });
        }
      }),
      { numRuns: 500 },
    );
  });
});
