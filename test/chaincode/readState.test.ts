import { describe, expect, it } from '@jest/globals';

import { canonicalise } from '../../chaincode/src/canonicalJson.js';
import { base, buildLicence, cityFixture, identifier, mustRecord } from './support/city.js';
import { later, NOW, signAct } from './support/contractFixture.js';

describe('read', () => {
  it('gives values in the order of the keys, null where there is none', async () => {
    const city = await cityFixture();
    const keys = [
      { objectType: 'seal', attributes: ['none'] },
      { objectType: 'authority', attributes: [city.issuer.creditCode] },
      { objectType: 'registry', attributes: ['genesis'] },
    ];

    const { payload, stub } = await city.invoke('catalogue:read', canonicalise(keys));

    expect(JSON.parse(payload)).toEqual([
      null,
      expect.objectContaining({ creditCode: city.issuer.creditCode }),
      expect.objectContaining({ creditCode: city.registrar.creditCode }),
    ]);
    expect(canonicalise(JSON.parse(payload))).toBe(payload);
    expect(stub.writeSet.size).toBe(0);
  });

  it.each([
    ['no list', '{}'],
    ['an empty list', '[]'],
    ['a delimiter in a part', '[{"attributes":["\\u0000"],"objectType":"seal"}]'],
    ['an empty part', '[{"attributes":[""],"objectType":"seal"}]'],
    ['an unknown member', '[{"attributes":[],"extra":1,"objectType":"seal"}]'],
    ['too many keys', canonicalise(Array(1001).fill({ attributes: [], objectType: 'seal' }))],
    ['a text too long', `["${'a'.repeat(600_000)}"]`],
  ])('refuses %s', async (_, keys) => {
    const city = await cityFixture();

    await expect(city.invoke('seal:read', keys)).rejects.toThrow(/^KEYS_MALFORMED: /);
    await expect(city.invoke('seal:history', keys)).rejects.toThrow(/^KEYS_MALFORMED: /);
  });

  it('refuses text that is not canonical', async () => {
    const city = await cityFixture();

    await expect(city.invoke('seal:read', '[ ]')).rejects.toThrow(/^JSON_NOT_CANONICAL: /);
  });
});

describe('history', () => {
  it('gives every change, oldest first', async () => {
    const city = await cityFixture();
    await mustRecord(city, [signAct(city.issuer, 'licence.issue', buildLicence(city.issuer))]);
    const body = {
      identifier: identifier(city.issuer),
      reason: 'other',
      effectiveFrom: null,
    } as const;
    await city.submit([signAct(city.issuer, 'licence.suspend', body)], later(NOW, 1));

    const key = canonicalise({ objectType: 'licence', attributes: [base(city.issuer)] });
    const { payload } = await city.invoke('licence:history', key);

    expect(JSON.parse(payload)).toMatchObject([
      { at: NOW, value: { state: 'issued' } },
      { at: later(NOW, 1), value: { state: 'suspended' } },
    ]);
  });

  it('is empty for a key that was never written', async () => {
    const city = await cityFixture();

    const { payload } = await city.invoke(
      'licence:history',
      '{"attributes":["x"],"objectType":"licence"}',
    );

    expect(payload).toBe('[]');
  });
});
