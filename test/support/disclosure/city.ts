/** A city in which two holders' licences, cases and files say what nothing else says, and everybody who may ask for them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { matterDefinition } from '../../../service/src/matters/matterDefinition.ts';
import { createMetrics, type Metrics } from '../../../service/src/http/metrics.ts';
import { deliverNotices } from '../../../service/src/notices/deliverNotices.ts';
import type { NoticeMessage } from '../../../service/src/notices/noticeSender.ts';
import { completeReceipts } from '../../../service/src/receipts/completeReceipts.ts';
import { sendRecalls } from '../../../service/src/recalls/sendRecalls.ts';
import type { HeldRole, Licence } from '../../../service/src/store/store.ts';
import type { ClientTerms } from '../../../service/src/store/systems.ts';
import { issueToken } from '../../../service/src/systems/issueToken.ts';
import { signersFor } from '../anchoring.ts';
import { CANARY_HOLDERS, canaryFile, type CanaryHolderName } from './canaries.ts';
import { addServiceSeal, TEST_WINDOW } from '../copyCity.ts';
import { anchorAll } from '../receiptCity.ts';
import { buildRow, toCsv } from '../tables.ts';
import { addAccount, type TestAccount } from '../testAccounts.ts';
import { formOf, testApp, type TestAnswer, type TestApp } from '../testApp.ts';
import { addClient, TEST_TERMS } from '../testClients.ts';
import { testClock, type TestClock } from '../testClock.ts';
import { buildRequest, TEST_COMPANY, TEST_ORGANISATIONS, TEST_TYPES } from '../testService.ts';

export const ASKERS = [
  ...['nobody', 'sealMaker', 'issuer', 'approver', 'otherIssuer', 'clerk', 'otherClerk'],
  ...['auditor', 'operator', 'securityAdmin', 'first', 'second', 'agent', 'loner'],
  ...['system', 'poorSystem'],
] as const;
export type Asker = (typeof ASKERS)[number];

/** Who asks, as the service knows them; null: nobody is signed in. */
export interface AskerFacts {
  readonly id: string;
  /** As a holder reads it in the trail. */
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Call {
  readonly path: string;
  readonly json?: unknown;
  readonly form?: FormData;
  /** What the caller puts in by a form, as text. */
  readonly says?: string;
}

export const MATTERS = { diner: 'M-DINER', health: 'M-HEALTH' } as const;
const WINDOW_OF_MARKET = 'W02';
export const FIELDS = ['premises', 'items', 'seats', 'holderName', 'holderCode'] as const;
export const PURPOSE = '开办餐馆';
const YEAR_MS = 365 * 86_400_000;

/** Ids of what there is of the first holder. */
export interface CityFacts {
  readonly single: Licence;
  readonly dual: Licence;
  readonly caseId: string;
  readonly queryCode: string;
  readonly submissionId: string;
  readonly materialId: string;
  readonly grantId: string;
  readonly receiptId: string;
  readonly presentationId: string;
  readonly useId: string;
  readonly importId: string;
  readonly signatureId: string;
  readonly noticeId: string;
}

export interface DisclosureCity {
  readonly app: TestApp;
  readonly clock: TestClock;
  readonly metrics: Metrics;
  readonly askers: Readonly<Record<Asker, AskerFacts | null>>;
  readonly facts: CityFacts;
  readonly send: (asker: Asker, method: string, call: Call) => Promise<TestAnswer>;
  /** Sends; fails unless it is answered by 2xx. */
  readonly must: (asker: Asker, method: string, call: Call) => Promise<TestAnswer['body']>;
  readonly issue: (whose: CanaryHolderName, typeCode?: string) => Promise<Licence>;
  /** Anchors uses, completes receipts, sends recalls, delivers notices. @returns what left for the gateway. */
  readonly runJobs: () => Promise<readonly NoticeMessage[]>;
  readonly remove: () => Promise<void>;
}

/** About two seconds. */
export async function disclosureCity(): Promise<DisclosureCity> {
  const clock = testClock(new Date().toISOString());
  const metrics = createMetrics(
    () => true,
    () => Promise.resolve({ waiting: 0, dead: 0 }),
  );
  const folder = mkdtempSync(join(tmpdir(), 'yinxin-disclosure-'));
  const secretFile = join(folder, 'secret');
  writeFileSync(secretFile, 'known to the message gateway and the service');
  const notices = { webhook: 'http://127.0.0.1:9/', secretFile }; // nobody is sent anything: see runJobs
  const app = await testApp({ clock, metrics, config: { notices } });
  await addServiceSeal(app.city);
  await addCatalogue(app);
  const askers = await addAskers(app);
  const send: DisclosureCity['send'] = async (asker, method, { path, json, form }) => {
    clock.advance(10);
    return await app.send(method, path, {
      ...(askers[asker] === null ? {} : { headers: askers[asker].headers }),
      ...(json === undefined ? {} : { json }),
      ...(form === undefined ? {} : { form }),
    });
  };
  const city: Omit<DisclosureCity, 'facts'> = {
    ...{ app, clock, askers, send, metrics },
    must: async (asker, method, call) => {
      const { status, body, text } = await send(asker, method, call);
      if (status >= 300) throw new Error(`${asker}: ${method} ${call.path}: ${text}`);
      return body;
    },
    issue: async (whose, typeCode = TEST_TYPES.single) => {
      const { holder, fields } = CANARY_HOLDERS[whose];
      return await app.city.issue({ holder, fields, typeCode });
    },
    runJobs: () => runJobs(app),
    remove: async () => {
      await app.remove();
      rmSync(folder, { recursive: true });
    },
  };
  return { ...city, facts: await live(city) };
}

async function addCatalogue({ city }: TestApp): Promise<void> {
  const { store, clock } = city.service;
  const { market, health } = TEST_ORGANISATIONS;
  await store.windows.add({
    ...{ code: WINDOW_OF_MARKET, name: '市场监管窗口', organisation: market.creditCode },
  });
  const fields = [...FIELDS];
  const licence = {
    ...{ code: 'licence', name: '小餐饮经营登记证', required: false },
    standIns: [{ typeCode: TEST_TYPES.single, fields }],
  };
  const lease = { code: 'lease', name: '租约', required: false };
  const matters = [
    [MATTERS.diner, '开办小餐馆', { department: market.creditCode, materials: [licence, lease] }],
    [MATTERS.health, '卫生许可', { department: health.creditCode, materials: [lease] }],
  ] as const;
  await store.matters.put(
    matters.map(([code, name, definition]) => ({
      ...{ code, name, definition: matterDefinition.parse(definition) },
      ...{ version: 1, updatedAt: clock.now() },
    })),
  );
}

async function addAskers(app: TestApp): Promise<DisclosureCity['askers']> {
  const { hall, market, health, operator, sealCentre } = TEST_ORGANISATIONS;
  const add = async (
    name: Exclude<Asker, 'nobody' | 'system' | 'poorSystem'>,
    of: Parameters<typeof addAccount>[2],
  ): Promise<AskerFacts> => {
    const username = `asks-${name.toLowerCase()}`;
    const { principal, headers }: TestAccount = await addAccount(app.city, username, of);
    return { id: principal.id, name: username, headers };
  };
  const role = (name: HeldRole['role'], at: { creditCode: string }): HeldRole[] => [
    { role: name, organisation: at.creditCode },
  ];
  return {
    nobody: null,
    sealMaker: await add('sealMaker', { roles: role('sealMaker', sealCentre) }),
    issuer: await add('issuer', { roles: role('issuer', market) }),
    approver: await add('approver', { roles: role('approver', market) }),
    otherIssuer: await add('otherIssuer', { roles: role('issuer', health) }),
    clerk: await add('clerk', { roles: role('clerk', hall), windowCode: TEST_WINDOW.code }),
    otherClerk: await add('otherClerk', {
      ...{ roles: role('clerk', market), windowCode: WINDOW_OF_MARKET },
    }),
    auditor: await add('auditor', { roles: role('auditor', operator) }),
    operator: await add('operator', { roles: role('operator', operator) }),
    securityAdmin: await add('securityAdmin', { roles: role('securityAdmin', operator) }),
    first: await add('first', { holder: CANARY_HOLDERS.first.holder }),
    second: await add('second', { holder: CANARY_HOLDERS.second.holder }),
    agent: await add('agent', { holder: AGENT }),
    loner: await add('loner', { holder: { code: LONER, codeType: '999' } }),
    system: await addSystem(app, {}),
    poorSystem: await addSystem(app, { scopes: ['verify'], types: [] }),
  };
}

const AGENT = TEST_COMPANY;
const LONER = 'NOBODY-IN-PARTICULAR';

async function addSystem({ city }: TestApp, terms: Partial<ClientTerms>): Promise<AskerFacts> {
  const quota = { perMinute: 100_000, perDay: 1_000_000 };
  const types = [TEST_TYPES.single, TEST_TYPES.dual].map((typeCode) => ({
    ...{ typeCode, fields: [...FIELDS] },
  }));
  const { client, secret } = await addClient(
    city,
    { ...TEST_TERMS, types, quota, ...terms },
    TEST_ORGANISATIONS.hall.creditCode,
  );
  const answer = await issueToken(city.service, {
    ...{ grantType: 'client_credentials', clientId: client.id, clientSecret: secret, scope: null },
  });
  const token = 'token' in answer ? answer.token : '';
  return { id: client.accountId, name: client.name, headers: { authorization: `Bearer ${token}` } };
}

/** What happened before anybody of the test asks. */
async function live(city: Omit<DisclosureCity, 'facts'>): Promise<CityFacts> {
  const { must, issue, clock } = city;
  const { holder, material } = CANARY_HOLDERS.first;
  const single = await issue('first');
  const dual = await issue('first', TEST_TYPES.dual);
  await issue('second');
  const { id: grantId } = await must('first', 'POST', {
    path: '/grants',
    json: {
      agent: { code: AGENT.code, codeType: AGENT.codeType, name: AGENT.name },
      scope: { matters: [MATTERS.diner, MATTERS.health] },
      validUntil: new Date(clock.now().getTime() + YEAR_MS - 86_400_000).toISOString(),
    },
  });
  const opened = await must('clerk', 'POST', {
    path: '/cases',
    json: { matters: [MATTERS.diner, MATTERS.health], holder, representedBy: AGENT },
  });
  const form = formOf(await canaryFile('first'), { name: material.name, materialCode: 'lease' });
  const { id: materialId } = await must('first', 'POST', { path: '/materials', form });
  const submitted = await must('first', 'POST', {
    path: `/cases/${opened.id}/materials`,
    json: { materialCode: 'lease', materialId },
  });
  return {
    ...{ single, dual, caseId: opened.id, queryCode: String(opened['queryCode']), grantId },
    ...{ materialId, submissionId: submitted.id },
    ...(await redeemOnce(city, single, opened.id)),
    importId: await importRows(city),
    signatureId: await signForm(city),
    noticeId: await recallOne(city),
  };
}

async function redeemOnce(
  { must }: Omit<DisclosureCity, 'facts'>,
  { identifier }: Licence,
  caseId: string,
): Promise<Pick<CityFacts, 'receiptId' | 'presentationId' | 'useId'>> {
  const licences = [{ identifier, fields: FIELDS }];
  const shown = await must('first', 'POST', { path: '/presentations', json: { licences } });
  const redeemed = await must('clerk', 'POST', {
    path: '/presentations/redeem',
    json: { code: shown['qr'], matter: MATTERS.diner, purpose: PURPOSE, caseId },
  });
  const { items } = await must('first', 'GET', { path: '/me/uses?limit=1' });
  return {
    receiptId: String(redeemed['receiptId']),
    ...{ presentationId: shown.id, useId: items[0]?.id ?? '' },
  };
}

/** A good row, and ones that are refused because of what they say of the holder. */
async function importRows({ must, app }: Omit<DisclosureCity, 'facts'>): Promise<string> {
  const { holder, fields } = CANARY_HOLDERS.second;
  const row = {
    ...{ holderName: holder.name, holderCode: holder.code, holderCodeType: holder.codeType },
    ...{ 'field.premises': fields.premises, 'field.items': fields.items.join('；') },
    'field.seats': String(fields.seats),
  };
  const table = toCsv([
    buildRow('C1', row),
    buildRow('C2', { ...row, holderCodeType: '001' }),
    buildRow('C3', { ...row, 'field.seats': fields.premises }),
    buildRow('C4', { ...row, holderName: `${holder.name}\u{1F986}` }),
    buildRow('C5', { ...row, validFrom: holder.name }),
    buildRow('C6', { ...row, typeCode: holder.code }),
    buildRow('C1', row),
  ]);
  const { id } = await must('issuer', 'POST', {
    path: '/imports',
    form: formOf(table, { typeCode: TEST_TYPES.single }, '存量.csv'),
  });
  await app.city.service.imports.settled(id);
  return id;
}

async function signForm({ must }: Omit<DisclosureCity, 'facts'>): Promise<string> {
  const place = { page: '1', x: '50', y: '50', strokes: '[[[0,0],[5,5],[9,2]]]' };
  const form = formOf(await canaryFile('first'), place);
  await must('first', 'POST', { path: '/personal-signatures', form });
  const { items } = await must('first', 'GET', { path: '/personal-signatures' });
  return items[0]?.id ?? '';
}

/** A licence that a window relied on, and that turned out to be void then. */
async function recallOne(city: Omit<DisclosureCity, 'facts'>): Promise<string> {
  const { must, issue, clock, runJobs: jobs } = city;
  const { identifier } = await issue('first');
  const since = clock.now().toISOString();
  await must('clerk', 'POST', {
    path: '/function-checks',
    json: {
      ...{ licences: [{ identifier, fields: FIELDS }], matter: MATTERS.diner, purpose: PURPOSE },
      legalBasis: '《食品安全法》第三十五条',
    },
  });
  await must('issuer', 'POST', {
    path: `/licences/${identifier}/withdraw`,
    json: { reason: 'error', effectiveFrom: since },
  });
  await jobs();
  const { items } = await must('clerk', 'GET', { path: '/recall-notices' });
  return items[0]?.id ?? '';
}

async function runJobs({ city }: TestApp): Promise<readonly NoticeMessage[]> {
  const { store, clock, ledger, receipts } = city.service;
  const messages: NoticeMessage[] = [];
  const sender = { send: (message: NoticeMessage) => Promise.resolve(void messages.push(message)) };
  await anchorAll(city);
  await completeReceipts(receipts);
  await sendRecalls({ clock, store, ledger, ...(await signersFor(city)) });
  await anchorAll(city);
  await deliverNotices({ clock, store, sender }, new AbortController().signal);
  return messages;
}

/** What a maker says of a licence of a holder's. */
export function contentOf({ clock }: DisclosureCity, whose: CanaryHolderName): object {
  const { holder, fields } = CANARY_HOLDERS[whose];
  const { validFrom, validUntil } = buildRequest({}, clock.now());
  return {
    ...{ holder, fields, validFrom: validFrom.toISOString() },
    validUntil: validUntil?.toISOString() ?? null,
  };
}
