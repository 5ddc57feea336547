/** Other systems in a test city. */
import type { ClientTerms } from '../../service/src/store/systems.ts';
import { registerClient, type ClientWithSecret } from '../../service/src/systems/clients.ts';
import { TEST_ORGANISATIONS, TEST_TYPES, type TestService } from './testService.ts';

/** A purpose by law and one by the holder's grant; both types, not all fields. */
export const TEST_TERMS: ClientTerms = {
  scopes: ['licence.search', 'licence.metadata', 'licence.file', 'verify'],
  types: [
    { typeCode: TEST_TYPES.single, fields: ['premises', 'holderName'] },
    { typeCode: TEST_TYPES.dual, fields: ['premises', 'items', 'holderName'] },
  ],
  purposes: [
    {
      ...{ code: 'loan', name: '公积金贷款审核', matters: null },
      legalBasis: '《住房公积金管理条例》第二十六条',
    },
    { code: 'consent', name: '经授权的信息核对', legalBasis: null, matters: null },
  ],
  quota: { perMinute: 1000, perDay: 100_000 },
};

/** Registers a client of the health department, or another organisation. */
export async function addClient(
  { service, people }: Pick<TestService, 'service' | 'people'>,
  terms: Partial<ClientTerms> = {},
  organisation: string = TEST_ORGANISATIONS.health.creditCode,
): Promise<ClientWithSecret> {
  return await registerClient(service, people.security, {
    ...{ name: '南湖市卫健业务系统', organisation },
    terms: { ...TEST_TERMS, ...terms },
  });
}
