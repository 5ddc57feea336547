/** Who may ask for what: every route of the API, asked by everybody, against one table. A route that is not in it fails. */
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AppParts } from '../../../service/src/http/parts.ts';
import { apiRoutes } from '../../../service/src/http/routes.ts';
import { PERSON_ROLES, type HeldRole, type PersonRole } from '../../../service/src/store/people.ts';
import { ulid } from '../../../service/src/ulid.ts';
import { testApp, type TestApp } from '../../support/testApp.ts';
import { TEST_ORGANISATIONS, TEST_PERSON } from '../../support/testService.ts';

type Asker = PersonRole | 'nobody';

const SIGNED_IN = 'sealMaker issuer approver clerk holder auditor system operator securityAdmin';
const ANYBODY = `nobody ${SIGNED_IN}`;
const READERS_OF_LICENCES = 'issuer approver auditor holder';
const CASE_PEOPLE = 'issuer approver clerk holder auditor';
const READERS_OF_SEALS = 'operator sealMaker issuer approver auditor';

/**
 * One line a route: the roles that are let in. Everybody else is answered 401 (nobody signed in) or 403. What is sent is
 * empty and names nothing, so that nothing happens: an error of another kind means that the door was open.
 */
const TABLE: Readonly<Record<string, string>> = {
  'POST /sessions': ANYBODY,
  'GET /sessions/methods': ANYBODY,
  'GET /sessions/oidc': ANYBODY,
  'GET /sessions/oidc/callback': ANYBODY,
  'PUT /people/{id}/identity': 'securityAdmin',
  'DELETE /people/{id}/identity': 'securityAdmin',
  'GET /me': SIGNED_IN,
  'GET /health': 'operator securityAdmin auditor',
  'GET /me/sessions': SIGNED_IN,
  'DELETE /me/sessions/{session}': SIGNED_IN,
  'PUT /me/password': SIGNED_IN,
  'GET /me/uses': 'holder',
  'GET /me/receipts': 'holder',
  'GET /receipts': 'clerk auditor',
  'GET /receipts/{id}': 'clerk holder auditor',
  'GET /receipts/{id}/salts': 'clerk holder',
  'GET /organisations': SIGNED_IN,
  'POST /organisations': 'operator securityAdmin',
  'GET /organisations/{creditCode}': SIGNED_IN,
  'PUT /organisations/{creditCode}': 'operator securityAdmin',
  'POST /organisations/{creditCode}/close': 'operator securityAdmin',
  'POST /organisations/{creditCode}/reopen': 'operator securityAdmin',
  'GET /windows': SIGNED_IN,
  'POST /windows': 'operator securityAdmin',
  'GET /windows/{code}': SIGNED_IN,
  'PUT /windows/{code}': 'operator securityAdmin',
  'POST /windows/{code}/close': 'operator securityAdmin',
  'POST /windows/{code}/reopen': 'operator securityAdmin',
  'GET /people': 'operator securityAdmin',
  'POST /people': 'operator securityAdmin',
  'PUT /people/{id}/roles': 'securityAdmin',
  'POST /people/{id}/disable': 'securityAdmin',
  'POST /people/{id}/enable': 'securityAdmin',
  'POST /people/{id}/password-reset': 'securityAdmin',
  'GET /people/{id}': 'operator securityAdmin',
  'GET /people/{id}/sessions': 'securityAdmin',
  'DELETE /people/{id}/sessions': 'securityAdmin',
  'DELETE /people/{id}/sessions/{session}': 'securityAdmin',
  'GET /audit/administration': 'auditor',
  'GET /statistics': 'auditor operator',
  'GET /audit/alarms': 'auditor',
  'POST /audit/exports': 'auditor',
  'POST /me/erasures': 'holder',
  'GET /me/erasures': 'holder',
  'GET /erasures': 'securityAdmin auditor',
  'POST /erasures/{id}/withdraw': 'holder',
  'POST /erasures/{id}/approve': 'securityAdmin',
  'POST /erasures/{id}/refuse': 'securityAdmin',
  'GET /me/data': 'holder',
  'POST /usage-records/{id}/objections': 'holder',
  'GET /me/objections': 'holder',
  'GET /me/notices': 'holder',
  'POST /me/notices/{id}/read': 'holder',
  'GET /me/notice-preferences': 'holder',
  'PUT /me/notice-preferences': 'holder',
  'POST /objections/{id}/withdraw': 'holder',
  'GET /objections': 'auditor',
  'POST /objections/{id}/answer': 'auditor',
  'GET /recall-notices': 'issuer approver clerk auditor',
  'POST /recall-notices/{id}/acknowledge': 'clerk',
  'GET /audit/administration/{id}/proof': 'auditor',
  'POST /oauth/token': ANYBODY,
  'GET /clients': 'securityAdmin auditor',
  'POST /clients': 'securityAdmin',
  'GET /clients/{id}': 'securityAdmin auditor',
  'PUT /clients/{id}/terms': 'securityAdmin',
  'POST /clients/{id}/rotate': 'securityAdmin',
  'POST /clients/{id}/disable': 'securityAdmin',
  'POST /data/licences/search': 'system',
  'POST /data/licences/{identifier}/metadata': 'system',
  'POST /data/licences/{identifier}/file': 'system',
  'POST /data/verify': 'system',
  'POST /grants': 'holder',
  'GET /grants': 'holder',
  'GET /grants/{id}': 'holder',
  'GET /grants/{id}/licences': 'holder',
  'GET /grants/{id}/uses': 'holder',
  'POST /grants/{id}/withdraw': 'holder clerk',
  'POST /representations': 'clerk',
  'POST /representations/search': 'clerk',
  'POST /presentations': 'holder',
  'POST /presentations/preview': 'holder',
  'GET /presentations/{id}': 'holder',
  'DELETE /presentations/{id}': 'holder',
  'POST /presentations/{id}/confirm': 'holder',
  'POST /presentations/redeem': 'clerk',
  'POST /function-checks': 'clerk',
  'POST /window-codes': 'clerk',
  'GET /window-codes/{code}': 'holder',
  'GET /seals': READERS_OF_SEALS,
  'POST /seals': 'sealMaker',
  'GET /seals/{esId}': READERS_OF_SEALS,
  'GET /seals/{esId}/file': READERS_OF_SEALS,
  'GET /seals/{esId}/picture': READERS_OF_SEALS,
  'GET /seals/{esId}/uses': 'sealMaker issuer approver auditor',
  'PUT /seals/{esId}/mandate': 'sealMaker',
  'POST /seals/{esId}/suspend': 'sealMaker',
  'POST /seals/{esId}/reinstate': 'sealMaker',
  'POST /seals/{esId}/revoke': 'sealMaker',
  'POST /seals/{esId}/renew': 'sealMaker',
  'GET /seals/{esId}/renewals': READERS_OF_SEALS,
  'POST /annotated-copies': 'clerk',
  'POST /seal-signatures': 'issuer',
  'GET /seal-signatures': 'issuer approver auditor',
  'GET /seal-signatures/{id}/file': 'issuer approver',
  'POST /seal-signatures/{id}/approve': 'approver',
  'POST /seal-signatures/{id}/return': 'approver',
  'DELETE /seal-signatures/{id}': 'issuer',
  'GET /seal-applications': 'issuer sealMaker auditor',
  'POST /seal-applications': 'issuer sealMaker',
  'GET /seal-applications/{id}': 'issuer sealMaker auditor',
  'DELETE /seal-applications/{id}': 'issuer sealMaker',
  'POST /seal-applications/{id}/approve': 'sealMaker',
  'POST /seal-applications/{id}/return': 'sealMaker',
  'GET /personal-signatures': SIGNED_IN,
  'POST /personal-signatures': SIGNED_IN,
  'GET /personal-signatures/{id}/file': SIGNED_IN,
  'GET /licence-types': SIGNED_IN,
  'GET /licence-types/{typeCode}': SIGNED_IN,
  'PUT /licence-types/{typeCode}': 'operator issuer',
  'GET /licences': READERS_OF_LICENCES,
  'POST /licences': 'issuer',
  'GET /licences/{identifier}': READERS_OF_LICENCES,
  'PUT /licences/{identifier}': 'issuer',
  'DELETE /licences/{identifier}': 'issuer',
  'POST /licences/{identifier}/approve': 'approver',
  'POST /licences/{identifier}/return': 'approver',
  'POST /licences/{identifier}/suspend': 'issuer approver',
  'POST /licences/{identifier}/reinstate': 'issuer approver',
  'POST /licences/{identifier}/revoke': 'issuer approver',
  'POST /licences/{identifier}/change': 'issuer approver',
  'POST /licences/{identifier}/renew': 'issuer approver',
  'POST /licences/{identifier}/withdraw': 'issuer approver',
  'POST /licences/{identifier}/cancel': 'issuer approver',
  'POST /licences/{identifier}/lapse': 'issuer approver',
  'POST /licences/{identifier}/transfer-out': 'issuer approver',
  'GET /licences/{identifier}/document': READERS_OF_LICENCES,
  'POST /licences/preview': 'issuer',
  'POST /licence-types/preview': 'operator issuer',
  'GET /licences/{identifier}/preview': READERS_OF_LICENCES,
  'GET /licences/{identifier}/qr': READERS_OF_LICENCES,
  'GET /licences/{identifier}/history': READERS_OF_LICENCES,
  'GET /licences/{identifier}/uses': READERS_OF_LICENCES,
  'GET /licences/{identifier}/reliance': 'issuer approver auditor',
  'GET /licences/{identifier}/proof': READERS_OF_LICENCES,
  'POST /imports': 'issuer',
  'POST /imports/{id}/approve': 'approver',
  'GET /imports': 'issuer approver auditor',
  'GET /imports/{id}': 'issuer approver auditor',
  'GET /imports/{id}/rows': 'issuer approver auditor',
  'GET /imports/{id}/faults': 'issuer approver auditor',
  'POST /verifications': ANYBODY,
  'POST /verifications/batch': 'clerk system',
  'GET /usage-records': 'auditor',
  'GET /usage-records/{id}': `${READERS_OF_LICENCES} clerk`,
  'GET /usage-records/{id}/proof': `${READERS_OF_LICENCES} clerk`,
  'GET /audit/licences/{identifier}': 'auditor',
  'GET /matters': SIGNED_IN,
  'GET /matters/{code}': SIGNED_IN,
  'GET /matters/{code}/versions': SIGNED_IN,
  'GET /matters/{code}/materials': 'issuer approver clerk holder auditor operator',
  'PUT /matters/{code}': 'operator',
  'GET /matters/export': 'issuer approver clerk auditor operator',
  'POST /matters/import': 'operator',
  'GET /cases/by-query-code/{code}': ANYBODY,
  'GET /cases': CASE_PEOPLE,
  'POST /cases': 'clerk holder',
  'GET /cases/{id}': CASE_PEOPLE,
  'POST /cases/{id}/request-materials': 'issuer approver clerk holder',
  'POST /cases/{id}/accept': 'issuer approver clerk holder',
  'POST /cases/{id}/decline': 'issuer approver clerk holder',
  'POST /cases/{id}/review': 'issuer approver clerk holder',
  'POST /cases/{id}/suspend': 'issuer approver clerk holder',
  'POST /cases/{id}/resume': 'issuer approver clerk holder',
  'POST /cases/{id}/approve': 'issuer approver clerk holder',
  'POST /cases/{id}/refuse': 'issuer approver clerk holder',
  'POST /cases/{id}/close': 'issuer approver clerk holder',
  'POST /cases/{id}/withdraw': 'issuer approver clerk holder',
  'POST /cases/{id}/rating': 'holder',
  'POST /cases/{id}/materials': 'clerk holder',
  'GET /cases/{id}/materials/{submission}/file': 'issuer approver clerk holder',
  'GET /cases/{id}/offers': 'clerk holder',
  'POST /cases/{id}/material-requests': 'clerk',
  'POST /cases/{id}/material-requests/{request}/confirm': 'holder',
  'POST /cases/{id}/material-requests/{request}/decline': 'holder',
  'POST /materials': 'issuer approver clerk holder',
  'GET /materials': 'holder',
  'GET /materials/{id}': 'holder',
  'GET /materials/{id}/file': 'holder',
  'GET /calendar': ANYBODY,
  'PUT /calendar': 'operator',
  'GET /waivers': 'operator auditor issuer approver',
  'GET /waivers/next': 'operator auditor issuer approver',
  'GET /waivers/mine': 'holder',
  'GET /waivers/licence-types': 'operator auditor issuer approver',
  'GET /ledger': ANYBODY,
  'GET /ledger/checkpoint': ANYBODY,
  'GET /ledger/node-certificates': ANYBODY,
  'GET /ledger/consistency': ANYBODY,
  'GET /ledger/blocks/{number}': 'auditor',
  'GET /trust-list': ANYBODY,
  'GET /trust-bundle': ANYBODY,
  'GET /trust-roots': ANYBODY,
  'GET /trust-list/export': ANYBODY,
  'POST /trust-list/imports': 'operator securityAdmin',
  'GET /trust-list/proposals': 'operator securityAdmin auditor',
  'POST /trust-list/proposals': 'operator securityAdmin',
  'POST /trust-list/proposals/{id}/approve': 'operator securityAdmin',
  'DELETE /trust-list/proposals/{id}': 'operator securityAdmin',
  'GET /certificates': 'operator securityAdmin auditor',
  'POST /certificates/{fingerprint}/revoke': 'securityAdmin',
  'GET /authorities/{creditCode}/document-signers': 'operator securityAdmin auditor',
  'POST /authorities/{creditCode}/document-signers': 'securityAdmin',
  'DELETE /authorities/{creditCode}/document-signers/{keyId}': 'securityAdmin',
  'GET /crl/{ca}.crl': ANYBODY,
  'GET /ocsp/{request}': ANYBODY,
  'POST /ocsp': ANYBODY,
  'GET /status-lists/{list}': ANYBODY,
  'POST /tsa': ANYBODY,
  // last: it ends the session of whoever asks
  'DELETE /sessions': SIGNED_IN,
};
const ASKERS: readonly Asker[] = ['nobody', ...PERSON_ROLES];

let app: TestApp;
const tokens = new Map<Asker, string>();

beforeAll(async () => {
  app = await testApp();
  for (const role of PERSON_ROLES) tokens.set(role, await signedInAs(role));
});

afterAll(async () => {
  await app.remove();
});

/** Somebody who holds this role and no other. @returns a session's token. */
async function signedInAs(role: PersonRole): Promise<string> {
  const { store, clock } = app.city.service;
  const { operator, market } = TEST_ORGANISATIONS;
  const isAdministrator = ['operator', 'securityAdmin', 'auditor'].includes(role);
  const held: HeldRole =
    role === 'holder'
      ? { role, organisation: null }
      : { role, organisation: (isAdministrator ? operator : market).creditCode };
  const id = ulid(clock.now());
  await store.accounts.add({
    ...{ id, username: `only-${role.toLowerCase()}`, passwordHash: 'none', displayName: role },
    ...{ roles: [held], windowCode: null, createdAt: clock.now(), disabledAt: null },
    holderHash: role === 'holder' ? store.holders.holderHash(TEST_PERSON) : null,
  });
  const token = randomBytes(32).toString('base64url');
  await store.sessions.add({
    tokenHash: createHash('sha256').update(token).digest('hex'),
    accountId: id,
    createdAt: clock.now(),
    expiresAt: new Date(clock.now().getTime() + 3_600_000),
  });
  return token;
}

async function isLetIn(asker: Asker, row: string): Promise<boolean> {
  const [method = '', pattern = ''] = row.split(' ');
  const path = pattern.replaceAll(/\{\w+\}/g, 'none');
  const token = tokens.get(asker);
  const { status } = await app.send(method, path, {
    ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
    ...(method === 'GET' ? {} : { json: {} }),
  });
  return status !== 401 && status !== 403;
}

describe('who may what', () => {
  it('is said for every route', () => {
    const routes = apiRoutes(app.city.service as unknown as AppParts); // nothing of it is run
    const named = routes.map(({ method, path }) => `${method.toUpperCase()} ${path}`);

    expect(named.sort()).toEqual(Object.keys(TABLE).sort());
  });

  it.each(Object.entries(TABLE))('%s: %s', async (row, allowed) => {
    const letIn: Asker[] = [];
    for (const asker of ASKERS) if (await isLetIn(asker, row)) letIn.push(asker);

    expect(letIn.sort()).toEqual(allowed.split(' ').sort());
  });
});
