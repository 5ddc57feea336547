import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { statePlaces, type DocumentFormat } from '@yinxin/chaincode/model';
import { sha256Hex } from '../../../service/src/documents/digest.ts';
import { ServiceError } from '../../../service/src/errors.ts';
import { actOnLicence } from '../../../service/src/licences/actOnLicence.ts';
import { stampLicence } from '../../../service/src/licences/stampLicence.ts';
import type { TimeStamper } from '../../../service/src/pki/timeStamp/timeStamper.ts';
import { testClock } from '../../support/testClock.ts';
import { TEST_TYPES, testService, type TestService } from '../../support/testService.ts';

const clock = testClock('2026-06-01T08:00:00Z');
let city: TestService;
beforeAll(async () => {
  city = await testService({ clock, config: { timeStamping: 'off' } });
});
afterAll(async () => {
  await city.remove();
});

const outOfReach: TimeStamper = {
  stamp: () => Promise.reject(new ServiceError('TSA_UNAVAILABLE', 'no authority in reach')),
};

async function stamp(
  identifier: string,
  format: DocumentFormat,
  using: TimeStamper = city.service.timeStampingAuthority,
): Promise<void> {
  clock.advance(1000);
  await stampLicence(city.service.licences, using, { identifier, format });
}

async function fileOf(identifier: string, format: DocumentFormat): Promise<Uint8Array> {
  return (await city.service.store.licences.file(identifier, format))!;
}

async function digestOnLedger(identifier: string, format: DocumentFormat): Promise<unknown> {
  const { ledger, store } = city.service;
  const { base, version } = (await store.licences.facts(identifier))!;
  const { values } = await ledger.readStates([statePlaces.licenceVersion(base, version)]);
  const { documents } = values[0] as { documents: { format: string; sha256: string }[] };
  return documents.find((one) => one.format === format)?.sha256;
}

describe.each(['ofd', 'pdf'] as const)('a licence’s %s without a time-stamp', (format) => {
  it('is replaced by the stamped one, on the ledger too', async () => {
    const { identifier } = await city.issue({ typeCode: TEST_TYPES.dual });
    const before = await fileOf(identifier, format);

    await stamp(identifier, format);

    const after = await fileOf(identifier, format);
    expect(after.length).toBeGreaterThan(before.length);
    expect(await digestOnLedger(identifier, format)).toBe(sha256Hex(after));
    const facts = await city.service.store.licences.facts(identifier);
    expect(facts?.documents.find((one) => one.format === format)).toMatchObject({
      ...{ sha256: sha256Hex(after), timeStamp: 'stamped' },
    });
  });

  it('stays as it is while no authority is in reach', async () => {
    const { identifier } = await city.issue({ typeCode: TEST_TYPES.dual });
    const before = sha256Hex(await fileOf(identifier, format));

    await expect(stamp(identifier, format, outOfReach)).rejects.toMatchObject({
      code: 'TSA_UNAVAILABLE',
    });

    expect(sha256Hex(await fileOf(identifier, format))).toBe(before);
    expect(await digestOnLedger(identifier, format)).toBe(before);
  });
});

describe('stampLicence', () => {
  it('knows neither a licence that is not there nor a format it has not', async () => {
    const { identifier } = await city.issue(); // as OFD only
    const code = 'LICENCE_NOT_FOUND';

    await expect(stamp(identifier, 'pdf')).rejects.toMatchObject({ code });
    await expect(stamp(`${identifier}0`, 'ofd')).rejects.toMatchObject({ code });
  });

  it('leaves the file of a revoked licence, as the ledger takes no new one', async () => {
    const { identifier } = await city.issue();
    clock.advance(1000);
    await actOnLicence(city.service.licences, city.people.maker, identifier, {
      ...{ name: 'revoke', reason: 'error', effectiveFrom: null },
    });
    const before = sha256Hex(await fileOf(identifier, 'ofd'));

    await expect(stamp(identifier, 'ofd')).rejects.toMatchObject({
      code: 'LICENCE_STATE_CONFLICT',
    });

    expect(sha256Hex(await fileOf(identifier, 'ofd'))).toBe(before);
  });
});
