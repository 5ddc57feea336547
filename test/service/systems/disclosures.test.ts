/** Whatever a client asks for: no more leaves than its terms say, and the holder finds a record of all of it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseCredential } from '../../../service/src/credentials/sdJwt.ts';
import { ServiceError } from '../../../service/src/errors.ts';
import type { Licence, StoredUsage } from '../../../service/src/store/store.ts';
import { CLIENT_SCOPES, type ClientTerms } from '../../../service/src/store/systems.ts';
import type { AdmittedCall } from '../../../service/src/systems/admitCall.ts';
import { readMetadata, type Metadata } from '../../../service/src/systems/readMetadata.ts';
import { useDetailsOf } from '../../../service/src/usage/recordUse.ts';
import { testClock } from '../../support/testClock.ts';
import { addClient, TEST_TERMS } from '../../support/testClients.ts';
import {
  TEST_PERSON,
  TEST_TYPES,
  testService,
  type TestService,
} from '../../support/testService.ts';

const NAMES = ['premises', 'items', 'seats', 'holderName', 'holderCode', 'holderCodeType', 'other'];
const some = fc.uniqueArray(fc.constantFrom(...NAMES));

function isGranted(
  asked: Readonly<{
    scopes: readonly string[];
    granted: readonly string[];
    fields: readonly string[];
  }>,
): boolean {
  const { scopes, granted, fields } = asked;
  return scopes.includes('licence.metadata') && fields.every((name) => granted.includes(name));
}

describe('what leaves for another system', () => {
  const clock = testClock('2026-03-02T01:00:00Z');
  let city: TestService;
  let licence: Licence;
  let call: AdmittedCall;

  beforeAll(async () => {
    city = await testService({ clock });
    licence = await city.issue();
    const { client } = await addClient(city);
    const quota = { isAdmitted: true, windows: [] };
    call = { client, accountId: client.accountId, scopes: client.terms.scopes, quota };
  });
  afterAll(() => city.remove());

  const newest = async (): Promise<StoredUsage | undefined> => {
    const { store } = city.service;
    const holderHash = store.holders.holderHash(TEST_PERSON);
    const { items } = await store.usage.list({ holderHash }, { limit: 1 });
    return items[0];
  };
  const ask = async (
    terms: ClientTerms,
    scopes: ClientTerms['scopes'],
    of: { fields: readonly string[]; purpose: string },
  ): Promise<Metadata | string> => {
    const asking = { ...call, scopes, client: { ...call.client, terms } };
    const request = {
      ...of,
      identifier: licence.identifier,
      matter: null,
      language: 'en',
    } as const;
    return await readMetadata(city.service, asking, request).catch((error: unknown) => {
      if (error instanceof ServiceError) return error.code;
      throw error;
    });
  };

  it('is at most what its terms say, by a recorded use', async () => {
    const property = fc.asyncProperty(
      fc.record({
        granted: some,
        fields: some,
        typeCode: fc.constantFrom(TEST_TYPES.single, TEST_TYPES.dual),
        scopes: fc.uniqueArray(fc.constantFrom(...CLIENT_SCOPES)),
        purpose: fc.constantFrom('loan', 'consent', 'other'),
      }),
      async ({ granted, fields, typeCode, scopes, purpose }) => {
        const terms = { ...TEST_TERMS, types: [{ typeCode, fields: granted }] };
        clock.advance(1000);
        const before = await newest();
        const answer = await ask(terms, scopes, { fields, purpose });
        const use = await newest();
        expect(use?.id).not.toBe(before?.id);
        const isFit = typeCode === TEST_TYPES.single && purpose === 'loan';
        const mayAsk = isFit && isGranted({ scopes, granted, fields });
        expect(typeof answer === 'object').toBe(mayAsk);
        if (typeof answer === 'string') {
          expect(use).toMatchObject({ outcome: 'refused', reason: answer });
          return;
        }
        const shown = Object.keys(answer.fields);
        expect(shown.sort()).toEqual(fields.filter((name) => name !== 'other').sort());
        expect(useDetailsOf(use?.record ?? new Uint8Array()).fields?.toSorted()).toEqual(shown);
        const { holder, fields: own } = parseCredential(answer.credential ?? '');
        expect(Object.keys(holder).length + Object.keys(own).length).toBe(shown.length);
      },
    );
    await fc.assert(property, { numRuns: 80 });
  });
});
