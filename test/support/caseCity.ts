/** A city with matters, windows and people to handle cases, over HTTP. */
import { matterDefinition } from '../../service/src/matters/matterDefinition.ts';
import type { AppParts } from '../../service/src/app.ts';
import type { HeldRole } from '../../service/src/store/store.ts';
import { addAccount, type TestAccount } from './testAccounts.ts';
import { testApp, type TestAnswer, type TestApp } from './testApp.ts';
import { testClock, type TestClock } from './testClock.ts';
import { TEST_COMPANY, TEST_ORGANISATIONS, TEST_PERSON, TEST_TYPES } from './testService.ts';

/** Tuesday, 2026-11-24, 10:00 in Shanghai. */
export const CASE_START = '2026-11-24T02:00:00Z';

export const CASE_MATTERS = {
  /** Market; an application, a licence's stand-in, and something online. Five days, twenty by law. */
  kitchen: 'M-KITCHEN',
  /** Health; the same application, and a report. */
  hygiene: 'M-HYGIENE',
  /** Nobody's in particular; one optional material. */
  sign: 'M-SIGN',
  /** Market; no materials, no terms. */
  plain: 'M-PLAIN',
  /** Opens kitchen, hygiene and sign as one, within four days. */
  bundle: 'M-RESTAURANT',
} as const;

const application = { code: 'application', name: '申请书' };
const foodLicence = {
  ...{ code: 'foodLicence', name: '小餐饮经营登记证' },
  standIns: [{ typeCode: TEST_TYPES.single, fields: ['premises', 'holderName'] }],
};

const DEFINITIONS: readonly (readonly [code: string, name: string, definition: object])[] = [
  [
    CASE_MATTERS.kitchen,
    '开办餐馆',
    {
      ...{ department: TEST_ORGANISATIONS.market.creditCode, promisedDays: 5, statutoryDays: 20 },
      materials: [
        application,
        foodLicence,
        { code: 'businessLicence', name: '营业执照', source: 'onlineCheck' },
      ],
    },
  ],
  [
    CASE_MATTERS.hygiene,
    '公共场所卫生许可',
    {
      ...{ department: TEST_ORGANISATIONS.health.creditCode, promisedDays: 7 },
      materials: [application, { code: 'report', name: '卫生检测报告' }],
    },
  ],
  [
    CASE_MATTERS.sign,
    '店招备案',
    { materials: [{ code: 'drawing', name: '店招效果图', required: false }] },
  ],
  [CASE_MATTERS.plain, '备案', { department: TEST_ORGANISATIONS.market.creditCode }],
  [
    CASE_MATTERS.bundle,
    '我要开饭店（一件事）',
    {
      promisedDays: 4,
      bundles: [CASE_MATTERS.kitchen, CASE_MATTERS.hygiene, CASE_MATTERS.sign],
    },
  ],
];

export type CaseActorName =
  | 'clerk'
  /** At a window of another organisation. */
  | 'stranger'
  | 'market'
  | 'health'
  | 'holder'
  | 'neighbour'
  | 'auditor'
  | 'operator';

export interface CaseCity {
  readonly app: TestApp;
  readonly clock: TestClock;
  readonly people: Readonly<Record<CaseActorName, TestAccount>>;
  send(
    who: CaseActorName | null,
    method: string,
    path: string,
    json?: unknown,
  ): Promise<CaseAnswer>;
  upload(who: CaseActorName, path: string, form: FormData): Promise<CaseAnswer>;
  /** Opens a case of {@link TEST_PERSON} at the clerk's window. */
  open(body?: object): Promise<CaseBody>;
  /** Takes a step; fails unless it is taken. */
  step(who: CaseActorName, id: string, action: string, body?: object): Promise<CaseBody>;
  remove(): Promise<void>;
}

export interface CaseBody {
  readonly [other: string]: unknown;
  readonly id: string;
  readonly code: string;
  readonly queryCode: string;
  readonly state: string;
  readonly promisedBy: string | null;
  readonly lateness: string;
  readonly faults: readonly { readonly pointer: string; readonly detail: string }[];
  readonly items: readonly CaseBody[];
  readonly nextCursor: string | null;
  readonly subCases: readonly {
    readonly matter: { readonly code: string };
    readonly department: string | null;
    readonly state: string;
    readonly outcome: string | null;
    readonly clock: string;
    readonly promisedBy: string | null;
    readonly statutoryBy: string | null;
    readonly lateness: string;
  }[];
  readonly materials: readonly {
    readonly code: string;
    readonly state: string;
    readonly statement: string;
    readonly reason: string | null;
    readonly askedBy: readonly string[];
    readonly submissions: readonly { readonly id: string; readonly documentId: string }[];
  }[];
  readonly events: readonly {
    readonly matter: string;
    readonly action: string;
    readonly from: string | null;
    readonly to: string;
    readonly actor: string;
    readonly reason: string | null;
  }[];
}

export type CaseAnswer = Omit<TestAnswer, 'body'> & { readonly body: CaseBody };

export async function caseCity(
  overrides: Pick<Partial<AppParts>, 'webRoot'> = {},
): Promise<CaseCity> {
  const clock = testClock(CASE_START);
  const app = await testApp({ clock, ...overrides });
  await addOrganisations(app);
  const people = await addPeople(app);
  await app.city.service.store.matters.put(
    DEFINITIONS.map(([code, name, definition]) => ({
      ...{ code, name, definition: matterDefinition.parse(definition) },
      ...{ version: 1, updatedAt: clock.now() },
    })),
  );
  const send: CaseCity['send'] = async (who, method, path, json) => {
    clock.advance(1);
    const answer = await app.send(method, path, {
      ...(who === null ? {} : { headers: people[who].headers }),
      ...(json === undefined ? {} : { json }),
    });
    return answer as unknown as CaseAnswer; // as far as a test looks
  };
  return {
    ...{ app, clock, people, send },
    upload: async (who, path, form) => {
      clock.advance(1);
      const answer = await app.send('POST', path, { headers: people[who].headers, form });
      return answer as unknown as CaseAnswer; // as far as a test looks
    },
    open: async (body = {}) => {
      const answer = await send('clerk', 'POST', '/cases', {
        ...{ matter: CASE_MATTERS.kitchen, holder: TEST_PERSON },
        ...body,
      });
      if (answer.status !== 201) throw new Error(`not opened: ${answer.text}`);
      return answer.body;
    },
    step: async (who, id, action, body = {}) => {
      const answer = await send(who, 'POST', `/cases/${id}/${action}`, body);
      if (answer.status !== 200) throw new Error(`${action} not taken: ${answer.text}`);
      return answer.body;
    },
    remove: () => app.remove(),
  };
}

async function addOrganisations({ city }: TestApp): Promise<void> {
  const { store, clock } = city.service;
  const parent = TEST_ORGANISATIONS.operator.creditCode;
  const hall = { ...TEST_ORGANISATIONS.hall, parent, kind: 'serviceHall', createdAt: clock.now() };
  await store.organisations.add(hall);
  await store.windows.add({ code: 'W1', name: '1号窗口', organisation: hall.creditCode });
  const market = TEST_ORGANISATIONS.market.creditCode;
  await store.windows.add({ code: 'W2', name: '市场监管窗口', organisation: market });
}

async function addPeople({ city }: TestApp): Promise<CaseCity['people']> {
  const { hall, market, health, operator } = TEST_ORGANISATIONS;
  const role = (
    name: 'clerk' | 'issuer' | 'auditor' | 'operator',
    at: { creditCode: string },
  ): readonly HeldRole[] => [{ role: name, organisation: at.creditCode }];
  return {
    clerk: await addAccount(city, 'case-clerk', { roles: role('clerk', hall), windowCode: 'W1' }),
    stranger: await addAccount(city, 'other', { roles: role('clerk', market), windowCode: 'W2' }),
    market: await addAccount(city, 'market', { roles: role('issuer', market) }),
    health: await addAccount(city, 'health', { roles: role('issuer', health) }),
    holder: await addAccount(city, 'person', { holder: TEST_PERSON }),
    neighbour: await addAccount(city, 'neighbour', { holder: TEST_COMPANY }),
    auditor: await addAccount(city, 'watch', { roles: role('auditor', operator) }),
    operator: await addAccount(city, 'put', { roles: role('operator', operator) }),
  };
}
