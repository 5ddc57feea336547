import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testApp, type TestApp } from '../../support/testApp.ts';
import type { TestPersonName } from '../../support/testService.ts';

type Asker = Exclude<TestPersonName, 'outsider'> | 'nobody';

const EVERYBODY_SIGNED_IN = 'operator security sealMaker maker checker clerk auditor holder';
const READERS_OF_LICENCES = 'maker checker auditor holder';
const READERS_OF_SEALS = 'operator sealMaker maker checker auditor';

/** Who may: everybody else is refused with 401 (nobody signed in) or 403. */
const TABLE: Readonly<Record<string, string>> = {
  'POST /sessions': `nobody ${EVERYBODY_SIGNED_IN}`,
  'GET /me': EVERYBODY_SIGNED_IN,
  'PUT /me/password': EVERYBODY_SIGNED_IN,
  'GET /me/uses': 'holder',
  'GET /organisations': EVERYBODY_SIGNED_IN,
  'POST /organisations': 'operator security',
  'GET /windows': EVERYBODY_SIGNED_IN,
  'POST /windows': 'operator security',
  'GET /people': 'operator security',
  'POST /people': 'operator security',
  'PUT /people/{id}/roles': 'security',
  'POST /people/{id}/disable': 'security',
  'GET /seals': READERS_OF_SEALS,
  'POST /seals': 'sealMaker',
  'GET /seals/{esId}': READERS_OF_SEALS,
  'GET /seals/{esId}/file': READERS_OF_SEALS,
  'GET /seals/{esId}/uses': 'sealMaker maker checker auditor',
  'PUT /seals/{esId}/mandate': 'sealMaker',
  'POST /seals/{esId}/suspend': 'sealMaker',
  'POST /seals/{esId}/reinstate': 'sealMaker',
  'POST /seals/{esId}/revoke': 'sealMaker',
  'POST /seals/{esId}/renew': 'sealMaker',
  'GET /seals/{esId}/renewals': READERS_OF_SEALS,
  'POST /seal-signatures': 'maker',
  'GET /seal-signatures': 'maker checker auditor',
  'GET /seal-signatures/{id}/file': 'maker checker',
  'POST /seal-signatures/{id}/approve': 'checker',
  'POST /seal-signatures/{id}/return': 'checker',
  'DELETE /seal-signatures/{id}': 'maker',
  'GET /seal-applications': 'maker sealMaker auditor',
  'POST /seal-applications': 'maker sealMaker',
  'GET /seal-applications/{id}': 'maker sealMaker auditor',
  'DELETE /seal-applications/{id}': 'maker sealMaker',
  'POST /seal-applications/{id}/approve': 'sealMaker',
  'POST /seal-applications/{id}/return': 'sealMaker',
  'GET /personal-signatures': EVERYBODY_SIGNED_IN,
  'POST /personal-signatures': EVERYBODY_SIGNED_IN,
  'GET /personal-signatures/{id}/file': EVERYBODY_SIGNED_IN,
  'GET /licence-types': EVERYBODY_SIGNED_IN,
  'GET /licence-types/{typeCode}': EVERYBODY_SIGNED_IN,
  'PUT /licence-types/{typeCode}': 'operator maker',
  'GET /licences': READERS_OF_LICENCES,
  'POST /licences': 'maker',
  'GET /licences/{identifier}': READERS_OF_LICENCES,
  'PUT /licences/{identifier}': 'maker',
  'DELETE /licences/{identifier}': 'maker',
  'POST /licences/{identifier}/approve': 'checker',
  'POST /licences/{identifier}/return': 'checker',
  'POST /licences/{identifier}/suspend': 'maker checker',
  'POST /licences/{identifier}/reinstate': 'maker checker',
  'POST /licences/{identifier}/revoke': 'maker checker',
  'POST /licences/{identifier}/change': 'maker checker',
  'POST /licences/{identifier}/renew': 'maker checker',
  'POST /licences/{identifier}/withdraw': 'maker checker',
  'POST /licences/{identifier}/cancel': 'maker checker',
  'POST /licences/{identifier}/lapse': 'maker checker',
  'POST /licences/{identifier}/transfer-out': 'maker checker',
  'GET /licences/{identifier}/document': READERS_OF_LICENCES,
  'GET /licences/{identifier}/preview': READERS_OF_LICENCES,
  'GET /licences/{identifier}/qr': READERS_OF_LICENCES,
  'GET /licences/{identifier}/history': READERS_OF_LICENCES,
  'GET /licences/{identifier}/uses': READERS_OF_LICENCES,
  'GET /licences/{identifier}/proof': READERS_OF_LICENCES,
  'POST /imports': 'maker',
  'POST /imports/{id}/approve': 'checker',
  'GET /imports/{id}': 'maker checker auditor',
  'GET /imports/{id}/rows': 'maker checker auditor',
  'POST /verifications': `nobody ${EVERYBODY_SIGNED_IN}`,
  'POST /verifications/batch': 'clerk',
  'GET /usage-records': 'auditor',
  'GET /usage-records/{id}': `${READERS_OF_LICENCES} clerk`,
  'GET /usage-records/{id}/proof': `${READERS_OF_LICENCES} clerk`,
  'GET /audit/licences/{identifier}': 'auditor',
  'GET /matters': EVERYBODY_SIGNED_IN,
  'GET /matters/{code}': EVERYBODY_SIGNED_IN,
  'PUT /matters/{code}': 'operator',
  'GET /ledger': `nobody ${EVERYBODY_SIGNED_IN}`,
  'GET /ledger/checkpoint': `nobody ${EVERYBODY_SIGNED_IN}`,
  'GET /ledger/consistency': `nobody ${EVERYBODY_SIGNED_IN}`,
  'GET /ledger/blocks/{number}': 'auditor',
  'GET /trust-list': `nobody ${EVERYBODY_SIGNED_IN}`,
  'GET /trust-bundle': `nobody ${EVERYBODY_SIGNED_IN}`,
  'GET /trust-list/export': `nobody ${EVERYBODY_SIGNED_IN}`,
  'POST /trust-list/imports': 'operator security',
  'GET /trust-list/proposals': 'operator security auditor',
  'POST /trust-list/proposals': 'operator security',
  'POST /trust-list/proposals/{id}/approve': 'operator security',
  'DELETE /trust-list/proposals/{id}': 'operator security',
  'GET /certificates': 'operator security auditor',
  'POST /certificates/{fingerprint}/revoke': 'security',
  'GET /authorities/{creditCode}/document-signers': 'operator security auditor',
  'POST /authorities/{creditCode}/document-signers': 'security',
  'DELETE /authorities/{creditCode}/document-signers/{keyId}': 'security',
  'GET /crl/{ca}.crl': `nobody ${EVERYBODY_SIGNED_IN}`,
  'GET /ocsp/{request}': `nobody ${EVERYBODY_SIGNED_IN}`,
  'POST /ocsp': `nobody ${EVERYBODY_SIGNED_IN}`,
  'GET /status-lists/{list}': `nobody ${EVERYBODY_SIGNED_IN}`,
  'POST /tsa': `nobody ${EVERYBODY_SIGNED_IN}`,
  // last: it ends the session of whoever asks
  'DELETE /sessions': EVERYBODY_SIGNED_IN,
};
const ASKERS: readonly Asker[] = [
  'nobody',
  'operator',
  'security',
  'sealMaker',
  'maker',
  'checker',
  'clerk',
  'auditor',
  'holder',
];

let app: TestApp;

beforeAll(async () => {
  app = await testApp();
});

afterAll(async () => {
  await app.remove();
});

async function isLetIn(asker: Asker, row: string): Promise<boolean> {
  const [method = '', pattern = ''] = row.split(' ');
  const path = pattern.replaceAll(/\{\w+\}/g, 'none');
  const answer = await app.send(method, path, {
    ...(asker === 'nobody' ? {} : { as: asker }),
    ...(method === 'GET' ? {} : { json: {} }),
  });
  const code: unknown = answer.body.code;
  if (asker === 'nobody') return code !== 'NOT_AUTHENTICATED';
  return code !== 'NOT_AUTHORISED';
}

describe('who may what', () => {
  it('is said for every route', async () => {
    const { body } = await app.send('GET', '/openapi.json');
    const described = Object.entries(body.paths as Record<string, object>).flatMap(
      ([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );

    expect([...described].sort()).toEqual(Object.keys(TABLE).sort());
  });

  it.each(Object.entries(TABLE))('%s: %s', async (row, allowed) => {
    const letIn: Asker[] = [];
    for (const asker of ASKERS) if (await isLetIn(asker, row)) letIn.push(asker);

    expect(letIn.sort()).toEqual(allowed.split(' ').sort());
  });
});
