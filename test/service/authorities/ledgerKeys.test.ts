import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { statePlaces, type AuthorityRecord } from '@yinxin/chaincode/model';
import { actOnLicence } from '../../../service/src/licences/actOnLicence.ts';
import { PUBLIC_USE } from '../../../service/src/usage/recordUse.ts';
import { verify } from '../../../service/src/verification/verifier.ts';
import { testClock, type TestClock } from '../../support/testClock.ts';
import { TEST_ORGANISATIONS, testService, type TestService } from '../../support/testService.ts';

describe('keys of a new generation', () => {
  let clock: TestClock;
  let city: TestService;

  beforeEach(async () => {
    clock = testClock('2026-01-10T00:00:00Z');
    city = await testService({ clock });
  });
  afterEach(async () => {
    await city.remove();
  });

  const verdictOn = async (identifier: string): Promise<string> => {
    const issued = await city.service.store.licences.parts(identifier);
    const evidence = { kind: 'code', text: issued?.codeText ?? '' } as const;
    const request = { evidence, language: 'en', context: PUBLIC_USE } as const;
    return (await verify(city.service.verification, request)).indication;
  };
  const recordedKeys = async (): Promise<AuthorityRecord['keys']> => {
    const place = statePlaces.authority(TEST_ORGANISATIONS.market.creditCode);
    const { values } = await city.service.ledger.readStates([place]);
    return (values[0] as AuthorityRecord).keys;
  };

  it('stand on the ledger before they sign, after a restart', async () => {
    const before = await recordedKeys();
    clock.set('2026-12-20T00:00:00Z'); // code signers sign for a year, and get a successor a month before
    await city.reopen();

    const licence = await city.issue();

    expect((await recordedKeys()).length).toBe(before.length + 1);
    expect(await verdictOn(licence.identifier)).toBe('TOTAL-PASSED');
  });

  it('stand on the ledger within a day in a process that goes on', async () => {
    const old = await city.issue();
    clock.set('2027-02-01T00:00:00Z'); // the first code signer signs no more

    const licence = await city.issue();

    expect(await verdictOn(licence.identifier)).toBe('TOTAL-PASSED');
    expect(await verdictOn(old.identifier)).toBe('TOTAL-PASSED');
  });

  it('are vouched for by the act key before them', async () => {
    const licence = await city.issue();
    clock.set('2030-12-20T00:00:00Z'); // act keys sign for five years
    await city.reopen();

    const { maker } = city.people;
    const request = { name: 'revoke', reason: 'error', effectiveFrom: null } as const;
    const revoked = await actOnLicence(city.service.licences, maker, licence.identifier, request);

    expect(revoked.state).toBe('revoked');
  });
});
