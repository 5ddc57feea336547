/** For each route of the API a call that works, or one word why it can show nothing of a licence. */
import { buildRow, toCsv } from '../tables.ts';
import { formOf } from '../testApp.ts';
import { TEST_COMPANY, TEST_PERSON, TEST_TYPES } from '../testService.ts';
import { CASE_ACTS, LICENCE_ACTS } from './acts.ts';
import { CANARY_HOLDERS, canaryFile } from './canaries.ts';
import { FIELDS, MATTERS, PURPOSE, type Asker, type Call, type DisclosureCity } from './city.ts';
import { READING } from './reading.ts';
import type { Recipes } from './recipe.ts';

const { code, codeType } = CANARY_HOLDERS.first.holder;
const HOLDER = { code, codeType };
const BY_LAW = { purpose: 'loan' } as const;
const BASIS = '《食品安全法》第三十五条';
const ASKING = { matter: MATTERS.diner, purpose: PURPOSE } as const;

/** For whom something is prepared: others are not let in. */
const SHOWERS: readonly Asker[] = ['first', 'clerk', 'otherClerk'];
const READERS: readonly Asker[] = ['first', 'second', 'agent', 'loner'];

/** Shows the first holder's licence anew. */
async function presentationFor(
  { must, facts }: DisclosureCity,
  asker: Asker,
): Promise<Record<'id' | 'qr', string>> {
  if (!SHOWERS.includes(asker)) return { id: facts.presentationId, qr: 'none' };
  const licences = [{ identifier: facts.single.identifier, fields: FIELDS }];
  const shown = await must('first', 'POST', { path: '/presentations', json: { licences } });
  return { id: shown.id, qr: String(shown['qr']) };
}

/** A use of the first holder's licence that nobody objected to yet. */
async function useFor({ must, facts }: DisclosureCity): Promise<string> {
  const json = { identifier: facts.single.identifier };
  await must('clerk', 'POST', { path: '/verifications', json });
  const { items } = await must('first', 'GET', { path: '/me/uses?limit=1' });
  return items[0]?.id ?? '';
}

async function objectionFor(city: DisclosureCity, asker: Asker): Promise<string> {
  if (asker !== 'first' && asker !== 'auditor') return 'none';
  const path = `/usage-records/${await useFor(city)}/objections`;
  return (await city.must('first', 'POST', { path, json: { reason: '我没有去过' } })).id;
}

async function windowCodeFor({ must }: DisclosureCity, asker: Asker): Promise<string> {
  if (!READERS.includes(asker)) return 'none';
  const made = await must('clerk', 'POST', { path: '/window-codes', json: ASKING });
  return String(made['qr']);
}

async function grantFor({ must, facts, clock }: DisclosureCity, asker: Asker): Promise<string> {
  if (asker !== 'first' && asker !== 'agent') return facts.grantId;
  const validUntil = new Date(clock.now().getTime() + 864e5).toISOString();
  const agent = { code: TEST_COMPANY.code, codeType: TEST_COMPANY.codeType };
  const scope = { licences: [facts.single.identifier] };
  const json = { agent, scope, validUntil };
  return (await must('first', 'POST', { path: '/grants', json })).id;
}

/** By whatever somebody may have got hold of. */
async function verificationBy({ must, send, facts }: DisclosureCity, asker: Asker): Promise<Call> {
  const path = '/verifications';
  const own = `/licences/${facts.single.identifier}`;
  if (['nobody', 'system'].includes(asker)) {
    const { text } = await send('first', 'GET', { path: `${own}/qr?format=text` });
    return { path, json: { code: text } };
  }
  if (['clerk', 'loner'].includes(asker)) {
    const { bytes } = await send('first', 'GET', { path: `${own}/document` });
    return { path, form: formOf(bytes) };
  }
  if (['issuer', 'second'].includes(asker)) {
    const data = await must('first', 'GET', { path: '/me/data' });
    const [licence] = data['licences'] as readonly { readonly credential: string | null }[];
    return { path, json: { credential: licence?.credential ?? '' } };
  }
  return { path, json: { identifier: facts.single.identifier } };
}

const SHOWING: Recipes = {
  'POST /presentations': {
    call: ({ facts: { single } }) => ({
      path: '/presentations',
      json: {
        licences: [{ identifier: single.identifier, fields: FIELDS }],
        matter: MATTERS.diner,
      },
    }),
  },
  'POST /presentations/preview': {
    call: ({ facts: { single } }) => ({
      path: '/presentations/preview',
      json: {
        licences: [{ identifier: single.identifier, fields: FIELDS }],
        matter: MATTERS.diner,
      },
    }),
  },
  'DELETE /presentations/{id}': {
    call: async (city, asker) => ({
      path: `/presentations/${(await presentationFor(city, asker)).id}`,
    }),
  },
  'POST /presentations/{id}/confirm': {
    call: async (city, asker) => ({
      path: `/presentations/${(await presentationFor(city, asker)).id}/confirm`,
      json: { window: 'W01' },
    }),
  },
  'POST /presentations/redeem': {
    call: async (city, asker) => ({
      path: '/presentations/redeem',
      json: { code: (await presentationFor(city, asker)).qr, ...ASKING },
    }),
  },
  'POST /function-checks': {
    call: ({ facts }, asker) => ({
      path: '/function-checks',
      json: {
        ...(asker === 'clerk'
          ? { holder: HOLDER, typeCode: TEST_TYPES.single }
          : { licences: [{ identifier: facts.single.identifier, fields: FIELDS }] }),
        ...ASKING,
        legalBasis: BASIS,
      },
    }),
  },
  'POST /window-codes': { call: () => ({ path: '/window-codes', json: ASKING }) },
  'GET /window-codes/{code}': {
    call: async (city, asker) => ({
      path: `/window-codes/${encodeURIComponent(await windowCodeFor(city, asker))}`,
    }),
  },
  'POST /annotated-copies': {
    call: ({ facts: { receiptId, single } }) => ({
      path: '/annotated-copies',
      json: { receiptId, identifier: single.identifier, format: 'ofd' },
    }),
  },
  'POST /verifications': { call: (city, asker) => verificationBy(city, asker) },
  'POST /verifications/batch': {
    call: ({ facts: { single } }) => ({
      path: '/verifications/batch',
      json: { codes: [single.identifier] },
    }),
  },
};

const SYSTEMS: Recipes = {
  'POST /data/licences/search': {
    call: () => ({
      path: '/data/licences/search',
      json: { holder: HOLDER, typeCode: TEST_TYPES.single, ...BY_LAW, limit: 20 },
    }),
  },
  'POST /data/licences/{identifier}/metadata': {
    call: ({ facts: { single } }) => ({
      path: `/data/licences/${single.identifier}/metadata`,
      json: { fields: FIELDS, ...BY_LAW },
    }),
  },
  'POST /data/licences/{identifier}/file': {
    call: ({ facts: { single } }) => ({
      path: `/data/licences/${single.identifier}/file`,
      json: { format: 'ofd', fields: FIELDS, ...BY_LAW },
    }),
  },
  'POST /data/verify': {
    call: ({ facts: { single } }) => ({
      path: '/data/verify',
      json: { identifier: single.identifier, ...BY_LAW },
    }),
  },
};

/** The newest notice of the first holder's. */
async function noticeFor({ must }: DisclosureCity, asker: Asker): Promise<string> {
  if (asker === 'nobody') return 'none';
  return (await must('first', 'GET', { path: '/me/notices?limit=1' })).items[0]?.id ?? '';
}

const NOTICES: Recipes = {
  'GET /me/notices': { call: () => ({ path: '/me/notices?limit=50' }) },
  'POST /me/notices/{id}/read': {
    call: async (city, asker) => ({ path: `/me/notices/${await noticeFor(city, asker)}/read` }),
  },
  'GET /me/notice-preferences': { call: () => ({ path: '/me/notice-preferences' }) },
  'PUT /me/notice-preferences': {
    call: () => ({
      path: '/me/notice-preferences',
      json: {
        ...{ publicVerification: true, verification: true, presentation: true, disclosure: true },
        ...{ copy: true, lookup: true, licence: true, objection: true, erasure: true },
      },
    }),
  },
};

const RIGHTS: Recipes = {
  'POST /personal-signatures': {
    call: async () => {
      const place = { page: '1', x: '50', y: '50', strokes: '[[[0,0],[5,5],[9,2]]]' };
      const { title } = CANARY_HOLDERS.first.material;
      const form = formOf(await canaryFile('first'), place);
      return { path: '/personal-signatures', form, says: title };
    },
  },
  'POST /imports': {
    call: () => {
      const { holder, fields } = CANARY_HOLDERS.first;
      const row = buildRow('CX', { holderName: holder.name, holderCode: fields.premises });
      const form = formOf(toCsv([row]), { typeCode: TEST_TYPES.single }, '存量.csv');
      return { path: '/imports?dryRun=true', form, says: JSON.stringify(row) };
    },
  },
  'POST /imports/{id}/approve': {
    call: ({ facts: { importId } }) => ({ path: `/imports/${importId}/approve` }),
  },
  'POST /grants': {
    call: ({ facts, clock }) => ({
      path: '/grants',
      json: {
        agent: { code: TEST_COMPANY.code, codeType: TEST_COMPANY.codeType },
        scope: { licences: [facts.single.identifier] },
        validUntil: new Date(clock.now().getTime() + 864e5).toISOString(),
      },
    }),
  },
  'POST /grants/{id}/withdraw': {
    call: async (city, asker) => ({
      path: `/grants/${await grantFor(city, asker)}/withdraw`,
      json: {},
    }),
  },
  'POST /representations': {
    call: () => ({
      path: '/representations',
      json: {
        ...{
          kind: 'legalRepresentative',
          holder: TEST_COMPANY,
          agent: TEST_PERSON,
        },
        basis: '营业执照',
      },
    }),
  },
  'POST /representations/search': {
    call: () => ({ path: '/representations/search', json: { holder: HOLDER } }),
  },
  'POST /audit/exports': {
    call: ({ facts }) => ({
      path: '/audit/exports',
      json: { from: '2020-01-01', to: '2099-12-31', licence: facts.single.identifier },
    }),
  },
  'POST /usage-records/{id}/objections': {
    call: async (city, asker) => ({
      path: `/usage-records/${asker === 'first' ? await useFor(city) : city.facts.useId}/objections`,
      json: { reason: '我没有去过' },
    }),
  },
  'POST /objections/{id}/withdraw': {
    call: async (city, asker) => ({
      path: `/objections/${await objectionFor(city, asker)}/withdraw`,
    }),
  },
  'POST /objections/{id}/answer': {
    call: async (city, asker) => ({
      path: `/objections/${await objectionFor(city, asker)}/answer`,
      json: { state: 'rejected', answer: '有记录' },
    }),
  },
  'POST /recall-notices/{id}/acknowledge': {
    call: ({ facts: { noticeId } }) => ({
      path: `/recall-notices/${noticeId}/acknowledge`,
      json: { note: '已联系' },
    }),
  },
};

export const RECIPES: Recipes = {
  ...READING,
  ...LICENCE_ACTS,
  ...CASE_ACTS,
  ...SHOWING,
  ...SYSTEMS,
  ...RIGHTS,
  ...NOTICES,
};

/** Routes that can show nothing of a licence, by what they are about instead. */
export const REASONS: Readonly<Record<string, readonly string[]>> = {
  /** The asker says what is drawn. */
  samples: ['POST /licences/preview', 'POST /licence-types/preview'],
  sessions: [
    ...['POST /sessions', 'DELETE /sessions', 'GET /sessions/oidc', 'GET /sessions/oidc/callback'],
    ...['POST /oauth/token', 'PUT /me/password', 'DELETE /me/sessions/{session}'],
    ...['DELETE /people/{id}/sessions', 'DELETE /people/{id}/sessions/{session}'],
  ],
  accounts: [
    ...['POST /people', 'PUT /people/{id}/roles', 'POST /people/{id}/disable'],
    ...['POST /people/{id}/enable', 'POST /people/{id}/password-reset'],
    ...['PUT /people/{id}/identity', 'DELETE /people/{id}/identity'],
    ...['GET /audit/administration/{id}/proof'],
  ],
  erasures: [
    ...['POST /me/erasures', 'POST /erasures/{id}/withdraw', 'POST /erasures/{id}/approve'],
    ...['POST /erasures/{id}/refuse'],
  ],
  organisations: [
    ...['POST /organisations', 'PUT /organisations/{creditCode}'],
    ...['POST /organisations/{creditCode}/close', 'POST /organisations/{creditCode}/reopen'],
    ...['POST /windows', 'PUT /windows/{code}', 'POST /windows/{code}/close'],
    ...['POST /windows/{code}/reopen'],
  ],
  clients: [
    ...['POST /clients', 'GET /clients/{id}', 'PUT /clients/{id}/terms'],
    ...['POST /clients/{id}/rotate', 'POST /clients/{id}/disable'],
  ],
  seals: [
    ...['POST /seals', 'PUT /seals/{esId}/mandate', 'POST /seals/{esId}/suspend'],
    ...['POST /seals/{esId}/reinstate', 'POST /seals/{esId}/revoke', 'POST /seals/{esId}/renew'],
    ...['POST /seal-applications', 'GET /seal-applications/{id}', 'DELETE /seal-applications/{id}'],
    ...['POST /seal-applications/{id}/approve', 'POST /seal-applications/{id}/return'],
  ],
  /** What a department wrote itself, and no licence. */
  papers: [
    ...['POST /seal-signatures', 'GET /seal-signatures/{id}/file', 'DELETE /seal-signatures/{id}'],
    ...['POST /seal-signatures/{id}/approve', 'POST /seal-signatures/{id}/return'],
  ],
  catalogue: [
    ...['PUT /licence-types/{typeCode}', 'PUT /matters/{code}', 'POST /matters/import'],
    ...['PUT /calendar'],
  ],
  keys: [
    ...['POST /trust-list/imports', 'POST /trust-list/proposals', 'POST /tsa', 'POST /ocsp'],
    ...['POST /trust-list/proposals/{id}/approve', 'DELETE /trust-list/proposals/{id}'],
    ...['POST /certificates/{fingerprint}/revoke', 'GET /crl/{ca}.crl', 'GET /ocsp/{request}'],
    ...['POST /authorities/{creditCode}/document-signers'],
    ...['DELETE /authorities/{creditCode}/document-signers/{keyId}'],
  ],
};
