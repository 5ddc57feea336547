/** A whole service on a temporary folder, with a small city in it: real keys, store, ledger and contracts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { citizenIdCheckCharacter, creditCodeCheckCharacter } from '@yinxin/chaincode/model';
import type { Principal } from '../../service/src/access.ts';
import { registerAuthority } from '../../service/src/authorities/registerAuthority.ts';
import { systemClock, type Clock } from '../../service/src/clock.ts';
import { readConfig, type Config } from '../../service/src/config.ts';
import { approveLicence } from '../../service/src/licences/approveLicence.ts';
import { draftLicence, type LicenceRequest } from '../../service/src/licences/draftLicence.ts';
import { putLicenceType } from '../../service/src/licences/licenceTypes.ts';
import { openService, type Service } from '../../service/src/composition/openService.ts';
import { hashPassword } from '../../service/src/people/password.ts';
import { principalOf } from '../../service/src/people/sessions.ts';
import { makeSeal } from '../../service/src/seals/makeSeal.ts';
import type { HeldRole, Holder, Licence } from '../../service/src/store/store.ts';
import { ulid } from '../../service/src/ulid.ts';

/** Everybody's password. */
export const TEST_PASSWORD = 'correct horse battery staple';

const DAY_MS = 86_400_000;
const creditCode = (body: string): string => body + creditCodeCheckCharacter(body);
const citizenId = (body: string): string => body + citizenIdCheckCharacter(body);

const OPERATOR = { creditCode: creditCode('11330400TEX000001'), name: '南湖市数据资源管理局' };

/** Organisations by what they do. */
export const TEST_ORGANISATIONS = {
  operator: OPERATOR,
  sealCentre: { creditCode: creditCode('12330400TEX000002'), name: '南湖市印章管理中心' },
  /** The issuer of both types. */
  market: { creditCode: creditCode('11330400TEX000003'), name: '南湖市市场监督管理局' },
  /** Another issuer, without types. */
  health: { creditCode: creditCode('11330400TEX000004'), name: '南湖市卫生健康委员会' },
  hall: { creditCode: creditCode('12330400TEX000005'), name: '南湖市政务服务中心' },
} as const;

/** Type codes: `single` is issued by its maker alone (OFD), `dual` needs an approver (OFD and PDF). */
export const TEST_TYPES = {
  single: `${TEST_ORGANISATIONS.market.creditCode}001`,
  dual: `${TEST_ORGANISATIONS.market.creditCode}002`,
} as const;

export const TEST_PERSON: Holder = {
  name: '欧阳静宜',
  code: citizenId('33040219900307998'),
  codeType: '111',
};
export const TEST_COMPANY: Holder = {
  name: '南湖市拾味餐饮管理有限公司',
  code: creditCode('91330402TEX000009'),
  codeType: '001',
};

const FIELDS = {
  type: 'object',
  properties: {
    premises: { title: '经营场所', type: 'string', minLength: 1, maxLength: 100 },
    items: {
      title: '经营项目',
      type: 'array',
      items: { type: 'string', maxLength: 40 },
      minItems: 1,
      uniqueItems: true,
    },
    seats: { title: '座位数', type: 'integer', minimum: 1, maximum: 5000 },
  },
  required: ['premises'],
  additionalProperties: false,
} as const;

/** Fields that fit both types. */
export const TEST_FIELDS = { premises: '南湖市中山路1号', items: ['热食类食品制售'], seats: 40 };

const ACCOUNTS = {
  operator: held('operator', 'operator'),
  security: held('securityAdmin', 'operator'),
  sealMaker: held('sealMaker', 'sealCentre'),
  maker: held('issuer', 'market'),
  checker: held('approver', 'market'),
  /** Of the department without types. */
  outsider: held('issuer', 'health'),
  clerk: held('clerk', 'hall'),
  auditor: held('auditor', 'operator'),
  holder: { role: 'holder', organisation: null },
} as const satisfies Record<string, HeldRole>;

/** User names of the city's accounts. */
export type TestPersonName = keyof typeof ACCOUNTS;

export interface TestService {
  readonly service: Service;
  readonly config: Config;
  readonly people: Readonly<Record<TestPersonName, Principal>>;
  /** esId of the seal of `market`. */
  readonly esId: string;
  /** Warnings of background work. */
  readonly warnings: readonly string[];
  /** Issues a licence (of a `dual` type after approval by the checker). */
  issue(overrides?: Partial<LicenceRequest>): Promise<Licence>;
  /** Closes the service and opens it again on the same folder, as after a restart; `service` is then the new one. */
  reopen(): Promise<Service>;
  /** Closes the service, keeping the folder: for what needs a stopped one. */
  stop(): Promise<void>;
  /** Closes the service and removes its folder. */
  remove(): Promise<void>;
}

export interface TestServiceOptions {
  readonly clock?: Clock;
  readonly publicUrl?: string;
  /** What differs from {@link testConfig}; another `operator` makes another city. */
  readonly config?: Partial<Config>;
}

/** Opens a service with a small city. About half a second; without background jobs. */
export async function testService(options: TestServiceOptions = {}): Promise<TestService> {
  const { clock = systemClock, publicUrl = 'http://127.0.0.1:8080' } = options;
  const folder = mkdtempSync(join(tmpdir(), 'yinxin-service-'));
  const config = { ...testConfig(join(folder, 'run')), ...options.config };
  const warnings: string[] = [];
  const log = { warn: (_: unknown, message: string) => void warnings.push(message) };
  const open = (): Promise<Service> => openService(config, { clock, log, publicUrl });
  let service = await open();
  let isOpen = true;
  const { operator } = config;
  const people = await addPeople(service, operator.creditCode);
  await addAuthorities(service, operator.creditCode);
  const esId = await addCatalogue(service, people);
  const stop = async (): Promise<void> => {
    if (isOpen) await service.close();
    isOpen = false;
  };
  return {
    ...{ config, people, esId, warnings, stop },
    get service() {
      return service;
    },
    issue: (overrides) => issue(service, people, overrides ?? {}),
    reopen: async () => {
      await stop();
      service = await open();
      isOpen = true;
      return service;
    },
    remove: async () => {
      await stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** A configuration whose every file lies in a folder. */
export function testConfig(dataDir: string): Config {
  return {
    ...readConfig({
      YINXIN_DATA_DIR: dataDir,
      YINXIN_DEMO: 'off',
      YINXIN_LOG_LEVEL: 'silent',
      YINXIN_SESSION_IDLE_MINUTES: '720',
    }),
    operator: OPERATOR,
  };
}

/** What differs in a configuration on a Fabric network. @param profile - file of a connection profile. */
export function onFabric(profile: string): Partial<Config> {
  return { ledger: 'fabric', fabricProfile: profile, ledgerSlots: 4 };
}

/** What a maker says of a licence; it fits both types. */
export function buildRequest(
  overrides: Partial<LicenceRequest> = {},
  now = new Date(),
): LicenceRequest {
  return {
    typeCode: TEST_TYPES.single,
    holder: TEST_PERSON,
    fields: TEST_FIELDS,
    validFrom: new Date(now.getTime() - DAY_MS),
    validUntil: new Date(now.getTime() + 1000 * DAY_MS),
    ...overrides,
  };
}

async function issue(
  { licences, clock }: Service,
  people: TestService['people'],
  overrides: Partial<LicenceRequest>,
): Promise<Licence> {
  const licence = await draftLicence(licences, people.maker, buildRequest(overrides, clock.now()));
  return licence.state === 'drafted'
    ? await approveLicence(licences, people.checker, licence.identifier)
    : licence;
}

let password: Promise<string> | null = null;

async function addPeople(
  { store, clock }: Service,
  operator: string,
): Promise<TestService['people']> {
  password ??= hashPassword(TEST_PASSWORD);
  const passwordHash = await password;
  const entries: [string, Principal][] = [];
  for (const [username, given] of Object.entries(ACCOUNTS)) {
    const isOperators = given.organisation === OPERATOR.creditCode;
    const role: HeldRole = isOperators ? { ...given, organisation: operator } : given;
    const isHolder = role.role === 'holder';
    const account = {
      id: ulid(clock.now()),
      ...{ username, passwordHash, displayName: username, roles: [role], windowCode: null },
      holderHash: isHolder ? store.holders.holderHash(TEST_PERSON) : null,
      createdAt: clock.now(),
      disabledAt: null,
    };
    await store.accounts.add(account);
    entries.push([username, principalOf(account)]);
  }
  return Object.fromEntries(entries) as TestService['people']; // one entry a name of the table
}

async function addAuthorities({ authorities }: Service, operator: string): Promise<void> {
  const rights = { sealCentre: 'sealMaker', market: 'issuer', health: 'issuer' } as const;
  for (const name of ['sealCentre', 'market', 'health'] as const) {
    await registerAuthority(authorities, {
      organisation: {
        ...TEST_ORGANISATIONS[name],
        parent: operator,
        kind: 'department',
      },
      roles: [rights[name]],
      registrar: operator,
      maker: '0'.repeat(64),
    });
  }
}

/** @returns esId of the seal. */
async function addCatalogue(service: Service, people: TestService['people']): Promise<string> {
  const now = service.clock.now().getTime();
  const { esId } = await makeSeal(service.seals, people.sealMaker, {
    holder: TEST_ORGANISATIONS.market,
    kind: 'licence',
    name: '南湖市市场监督管理局电子证照专用章',
    validFrom: new Date(now - 1000),
    validUntil: new Date(now + 1500 * DAY_MS),
  });
  for (const approval of ['single', 'dual'] as const) {
    await putLicenceType(service.licences, people.maker, TEST_TYPES[approval], {
      name: approval === 'single' ? '小餐饮经营登记证' : '食品经营许可证',
      fields: FIELDS,
      layout: {},
      sealEsId: esId,
      approval,
      formats: approval === 'single' ? ['ofd'] : ['ofd', 'pdf'],
    });
  }
  return esId;
}

function held<R extends HeldRole['role']>(
  role: R,
  organisation: keyof typeof TEST_ORGANISATIONS,
): HeldRole & { readonly role: R } {
  return { role, organisation: TEST_ORGANISATIONS[organisation].creditCode };
}
