/** Alarms of a city in which something stands out: from rows to sentences. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readAlarms, type Alarms } from '../../../service/src/audit/alarms.ts';
import { PRESENTATION_LIMITS } from '../../../service/src/presentations/parts.ts';
import { recordUse } from '../../../service/src/usage/recordUse.ts';
import { testService, type TestService } from '../../support/testService.ts';

let city: TestService;
const ids: string[] = [];

beforeAll(async () => {
  city = await testService();
  const { clock, store } = city.service;
  for (const basis of ['第一条', '第一条', '第一条', '第一条', '第二条']) {
    const use = {
      kind: 'disclosure',
      outcome: 'answered',
      ...{ reason: null, licence: null, esId: null },
      subject: { kind: 'licence', identifier: 'L' },
      ...{ indication: null, holderHash: 'h', details: { legalBasis: basis } },
    } as const;
    const at = { channel: 'window', window: 'W01', clerk: city.people.clerk.id };
    const context = { ...at, matter: null, purpose: null };
    ids.push(await recordUse({ clock, usage: store.usage }, use, context));
  }
  await store.usage.markAnchored('ab'.repeat(32), ids);
});
afterAll(async () => {
  await city.remove();
});

async function ask(): Promise<Alarms> {
  const { clock, store, ledger, certificates, trustParts } = city.service;
  return await readAlarms(
    {
      ...{ clock, store, ledger, certificates: certificates.parts },
      ...{ trustList: trustParts.trustList, codeLock: PRESENTATION_LIMITS.spoken },
    },
    {},
  );
}

describe('alarms', () => {
  it('name the one check on a basis that no other has, and the batch that the ledger lacks', async () => {
    const { alarms } = await ask();
    const of = (rule: string): unknown => alarms.find((one) => one.rule === rule);

    expect(of('LEGAL_BASIS_USED_ONCE')).toMatchObject({
      ...{ severity: 'low', subject: { kind: 'usage-record', id: ids[4] } },
      evidence: { list: 'usage-records', parameters: { kind: 'disclosure' } },
    });
    expect(of('LEDGER_LACKS_BATCH')).toMatchObject({
      ...{ severity: 'high', count: 1, subject: { kind: 'ledger', id: 'ab'.repeat(32) } },
    });
  });

  it('have the same ids however often they are asked for', async () => {
    const idsOf = async (): Promise<readonly string[]> =>
      (await ask()).alarms
        .filter(({ rule }) => rule === 'LEGAL_BASIS_USED_ONCE')
        .map(({ id }) => id);

    expect(await idsOf()).toEqual(await idsOf());
  });
});
