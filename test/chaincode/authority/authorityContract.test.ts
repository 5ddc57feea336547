import { describe, expect, it } from '@jest/globals';

import type { LedgerKey } from '../../../chaincode/src/act.js';
import { MAX_KEYS } from '../../../chaincode/src/authority/authority.js';
import { statePlaces } from '../../../chaincode/src/statePlaces.js';
import { cityFixture, creditCode, makeAuthority, registration } from '../support/city.js';
import { contractFixture, later, NOW, signAct } from '../support/contractFixture.js';
import { makeTestKey } from '../support/testKeys.js';
import type { TestKey } from '../support/testKeys.js';

function actKey({ certificate }: TestKey): LedgerKey {
  return { purpose: 'act', certificate };
}

describe('authority.register', () => {
  describe('when the ledger is empty', () => {
    it('lets the first authority register itself as registrar', async () => {
      const fixture = await contractFixture();
      const first = await makeAuthority(1);
      const act = registration(first, first, ['registrar']);

      const { outcomes, writes } = await fixture.submit([act]);

      expect(outcomes).toMatchObject([
        { id: act.act.id, outcome: 'recorded', position: { index: 0 } },
      ]);
      expect(Object.keys(writes)).toEqual([
        'registry~genesis',
        `authority~${first.creditCode}`,
        expect.stringMatching(/^batch~[0-9a-f]{64}$/),
        `act~${act.act.id}`,
      ]);
      expect(writes[`authority~${first.creditCode}`]).toEqual({
        schemaVersion: 1,
        creditCode: first.creditCode,
        name: `authority ${first.creditCode}`,
        parent: null,
        roles: ['registrar'],
        keys: [
          {
            purpose: 'act',
            keyId: first.key.keyId,
            certificate: first.key.certificate,
            since: NOW,
            retiredAt: null,
          },
        ],
        actId: act.act.id,
      });
    });

    it('lets the first authority register others in the same batch', async () => {
      const fixture = await contractFixture();
      const [first, second] = [await makeAuthority(1), await makeAuthority(2)];

      const { outcomes } = await fixture.submit([
        registration(first, first, ['registrar']),
        registration(first, second, ['issuer']),
      ]);

      expect(outcomes.map(({ outcome }) => outcome)).toEqual(['recorded', 'recorded']);
    });

    it('refuses a first authority that is no registrar', async () => {
      const fixture = await contractFixture();
      const first = await makeAuthority(1);

      expect(await fixture.outcomeOf(registration(first, first, ['issuer']))).toBe(
        'GENESIS_INVALID',
      );
    });

    it('refuses to register another first', async () => {
      const fixture = await contractFixture();
      const [first, second] = [await makeAuthority(1), await makeAuthority(2)];

      expect(await fixture.outcomeOf(registration(first, second, ['registrar']))).toBe(
        'AUTHORITY_NOT_FOUND',
      );
    });

    it('checks the signature by the key that the first authority brings', async () => {
      const fixture = await contractFixture();
      const first = await makeAuthority(1);
      const forger = await makeTestKey();
      const act = registration({ ...first, key: { ...first.key, sign: forger.sign } }, first, [
        'registrar',
      ]);

      expect(await fixture.outcomeOf({ ...act })).toBe('SIGNATURE_INVALID');
    });
  });

  describe('when there is a registrar', () => {
    it('refuses an authority that registers itself', async () => {
      const city = await cityFixture();
      const stranger = await makeAuthority(9);

      expect(await city.outcomeOf(registration(stranger, stranger, ['registrar']))).toBe(
        'AUTHORITY_NOT_FOUND',
      );
    });

    it('refuses one that is no registrar', async () => {
      const city = await cityFixture();

      expect(await city.outcomeOf(registration(city.issuer, await makeAuthority(9), []))).toBe(
        'NOT_AUTHORISED',
      );
    });

    it('refuses what is registered already', async () => {
      const city = await cityFixture();

      expect(await city.outcomeOf(registration(city.registrar, city.issuer, []))).toBe(
        'AUTHORITY_ALREADY_EXISTS',
      );
    });

    it.each([
      ['a wrong credit code', { creditCode: '110000000000000000' }, 'CREDIT_CODE_INVALID'],
      ['a parent that is not there', { parent: creditCode(77) }, 'AUTHORITY_NOT_FOUND'],
      ['a role given twice', { roles: ['issuer', 'issuer'] as const }, 'AUTHORITY_ROLES_INVALID'],
      [
        'a certificate that is none',
        { keys: [{ purpose: 'act', certificate: 'A'.repeat(400) }] as const },
        'CERTIFICATE_MALFORMED',
      ],
    ])('refuses %s', async (_, overrides, code) => {
      const city = await cityFixture();
      const { body } = registration(city.registrar, await makeAuthority(9), []).act;

      const act = signAct(city.registrar, 'authority.register', { ...body, ...overrides });

      expect(await city.outcomeOf(act)).toBe(code);
    });

    it.each([
      ['of another curve', { curve: 'P-384' as const }],
      ['of a CA', { isCa: true }],
    ])('refuses an act key %s', async (_, options) => {
      const city = await cityFixture();
      const stranger = { creditCode: creditCode(9), key: await makeTestKey(options) };

      expect(await city.outcomeOf(registration(city.registrar, stranger, []))).toBe('KEY_UNFIT');
    });
  });
});

describe('authority.setRoles', () => {
  it('gives and takes duties', async () => {
    const city = await cityFixture();
    const body = { creditCode: city.issuer.creditCode, roles: ['auditor'] as const };

    expect(await city.outcomeOf(signAct(city.registrar, 'authority.setRoles', body))).toBe(
      'recorded',
    );
    expect((await city.read(statePlaces.authority(body.creditCode)))?.roles).toEqual(['auditor']);
  });

  it('refuses one that is no registrar', async () => {
    const city = await cityFixture();
    const body = { creditCode: city.issuer.creditCode, roles: ['registrar'] as const };

    expect(await city.outcomeOf(signAct(city.issuer, 'authority.setRoles', body))).toBe(
      'NOT_AUTHORISED',
    );
  });

  it('refuses a registrar that drops its own role', async () => {
    const city = await cityFixture();
    const body = { creditCode: city.registrar.creditCode, roles: [] };

    expect(await city.outcomeOf(signAct(city.registrar, 'authority.setRoles', body))).toBe(
      'AUTHORITY_ROLES_INVALID',
    );
  });
});

describe('authority.replaceKey', () => {
  it('lets an authority replace its own key', async () => {
    const city = await cityFixture();
    const { creditCode: code, key } = city.issuer;
    const next = await makeTestKey();
    const body = { creditCode: code, retiredKeyId: key.keyId, key: actKey(next) };

    expect(await city.outcomeOf(signAct(city.issuer, 'authority.replaceKey', body))).toBe(
      'recorded',
    );

    const record = await city.read(statePlaces.authority(code));
    expect(record?.keys.map(({ keyId, retiredAt }) => ({ keyId, retiredAt }))).toEqual([
      { keyId: key.keyId, retiredAt: NOW },
      { keyId: next.keyId, retiredAt: null },
    ]);
    expect(await city.outcomeOf(signAct(city.issuer, 'authority.replaceKey', body))).toBe(
      'KEY_RETIRED',
    );
  });

  it('refuses the key of another authority', async () => {
    const city = await cityFixture();
    const body = {
      creditCode: city.operator.creditCode,
      retiredKeyId: null,
      key: actKey(await makeTestKey()),
    };

    expect(await city.outcomeOf(signAct(city.issuer, 'authority.replaceKey', body))).toBe(
      'NOT_AUTHORISED',
    );
    expect(await city.outcomeOf(signAct(city.registrar, 'authority.replaceKey', body))).toBe(
      'recorded',
    );
  });

  it('refuses a key that is there, one that is not, and one of another purpose', async () => {
    const city = await cityFixture();
    const { creditCode: code, key } = city.issuer;
    const next = actKey(await makeTestKey());
    const replace = (retiredKeyId: string | null, added: LedgerKey): Promise<string> =>
      city.outcomeOf(
        signAct(city.issuer, 'authority.replaceKey', {
          creditCode: code,
          retiredKeyId,
          key: added,
        }),
      );

    expect(await replace(null, actKey(key))).toBe('KEY_ALREADY_EXISTS');
    expect(await replace('0'.repeat(64), next)).toBe('KEY_NOT_FOUND');
    expect(await replace(key.keyId, { ...next, purpose: 'code' })).toBe('KEY_UNFIT');
  });
});

describe('the keys of an authority', () => {
  it('are refused when one is given twice', async () => {
    const city = await cityFixture();
    const { body } = registration(city.registrar, await makeAuthority(9), []).act;
    const act = signAct(city.registrar, 'authority.register', {
      ...body,
      keys: [...body.keys, ...body.keys],
    });

    expect(await city.outcomeOf(act)).toBe('KEY_ALREADY_EXISTS');
  });

  it('are 64 at most, retired ones included', async () => {
    const city = await cityFixture();
    const keys = await Promise.all(Array.from({ length: MAX_KEYS }, () => makeTestKey()));
    const acts = keys.map((key) =>
      signAct(city.issuer, 'authority.replaceKey', {
        creditCode: city.issuer.creditCode,
        retiredKeyId: null,
        key: actKey(key),
      }),
    );

    const { outcomes } = await city.submit(acts);

    expect(outcomes.slice(0, -1).every(({ outcome }) => outcome === 'recorded')).toBe(true);
    expect(outcomes.at(-1)).toMatchObject({ outcome: 'refused', code: 'KEY_LIMIT_REACHED' });
  });
});

describe('the signature of an act', () => {
  const later30Years = '2056-01-01T00:00:00.000Z';

  it('must be by a key of the authority that acts', async () => {
    const city = await cityFixture();
    const act = registration(
      { ...city.issuer, creditCode: city.registrar.creditCode },
      await makeAuthority(9),
      [],
    );

    expect(await city.outcomeOf(act)).toBe('KEY_NOT_FOUND');
  });

  it('must fit the bytes', async () => {
    const city = await cityFixture();
    const { act, signature } = registration(city.registrar, await makeAuthority(9), []);

    expect(await city.outcomeOf({ act: { ...act, at: later(act.at, 1) }, signature })).toBe(
      'SIGNATURE_INVALID',
    );
  });

  it('must lie in the period of the certificate', async () => {
    const city = await cityFixture();
    const body = { creditCode: city.issuer.creditCode, roles: [] };
    const at = '2019-01-01T00:00:00.000Z';
    const early = signAct(city.registrar, 'authority.setRoles', body, { at });
    const late = signAct(city.registrar, 'authority.setRoles', body, { at: later30Years });

    expect(await city.outcomeOf(early)).toBe('CERTIFICATE_NOT_YET_VALID');
    expect(await city.outcomeOf(late, later30Years)).toBe('CERTIFICATE_EXPIRED');
  });

  it('must be by a key for acts', async () => {
    const city = await cityFixture();
    const key = await makeTestKey();
    const body = {
      creditCode: city.registrar.creditCode,
      retiredKeyId: null,
      key: { purpose: 'code', certificate: key.certificate } as const,
    };
    await city.outcomeOf(signAct(city.registrar, 'authority.replaceKey', body));

    const act = registration({ ...city.registrar, key }, await makeAuthority(9), []);

    expect(await city.outcomeOf(act)).toBe('KEY_UNFIT');
  });
});
