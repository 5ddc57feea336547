import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatIdentifier } from '@yinxin/chaincode/model';
import type { Principal } from '../access.ts';
import { registerAuthority } from '../authorities/registerAuthority.ts';
import { parseInstant, shanghaiDate } from '../civilTime.ts';
import { isNodeError, writeSecretFile } from '../keys/durableFile.ts';
import { approveLicence } from '../licences/approveLicence.ts';
import { draftLicence } from '../licences/draftLicence.ts';
import { putLicenceType } from '../licences/licenceTypes.ts';
import { checkMatters } from '../matters/checkMatters.ts';
import { putMatters } from '../matters/putMatter.ts';
import type { Service } from '../composition/openService.ts';
import { INSTALLATION } from '../people/installation.ts';
import { hashPassword } from '../people/password.ts';
import { makeSeal } from '../seals/makeSeal.ts';
import type { Account, AdministrativeChange, Organisation, PersonRole } from '../store/store.ts';
import { ulid } from '../ulid.ts';
import { demoCity, type DemoCity } from './demoCity.ts';
import type { DemoAccount } from './demoOrganisations.ts';
import type { DemoLicence } from './demoLicences.ts';

/** `{name: password}` of every demo account. */
export type DemoCredentials = Readonly<Record<string, string>>;

const CREDENTIALS_FILE = 'demo-credentials.json';
const CITY_FILE = 'demo-city.json';
const COMPLETED = 'demo.completed';
const BEGUN = 'demo.begun';
const SEAL_YEARS = 5;
const YEAR_MS = 365 * 86_400_000;

/** Whether a demo city was begun here and not completed: it is then completed at the next start, asked for or not. */
export async function isDemoUnfinished(service: Service): Promise<boolean> {
  const { meta } = service.store;
  return (await meta.get(BEGUN)) !== null && (await meta.get(COMPLETED)) === null;
}

/**
 * Builds the demo city by the service's own use cases, or completes one that was interrupted. A password once given
 * never changes.
 *
 * @returns the passwords, for the operator to see once.
 */
export async function seedDemo(service: Service, dataDir: string): Promise<DemoCredentials> {
  const { store, clock } = service;
  if ((await store.meta.get(COMPLETED)) !== null) return (await readCredentials(dataDir)) ?? {};
  const begun = (await store.meta.get(BEGUN)) ?? shanghaiDate(clock.now());
  await store.meta.set(BEGUN, begun);
  const city = demoCity(begun);
  const credentials = await keepCredentials(dataDir, city.accounts);
  await addOrganisations(service, city);
  const people = await addAccounts(service, city, credentials);
  const esIds = await addSeals(service, city, people);
  await addCatalogue(service, city, { people, esIds });
  await all(city.licences.map((licence) => issue(service, city, { people, licence })));
  const description = JSON.stringify(describe(city, esIds), null, 2);
  await writeSecretFile(join(dataDir, CITY_FILE), description, 'replace');
  await store.meta.set(COMPLETED, clock.now().toISOString());
  return credentials;
}

type People = (role: PersonRole, organisation: string) => Principal;

/** Changes stand in the trail as those of whoever started the service. */
async function change({ store, clock }: Service, made: AdministrativeChange): Promise<void> {
  await store.administration.change(made, { actor: INSTALLATION, at: clock.now() });
}

async function addOrganisations(service: Service, city: DemoCity): Promise<void> {
  const { authorities, store } = service;
  const add = (organisation: Organisation): Promise<void> =>
    change(service, { action: 'organisation.add', organisation });
  const organisations = { ...store.organisations, add };
  const registrar = city.organisations.find((one) => one.authorityRoles.includes('registrar'));
  for (const { authorityRoles, ...organisation } of city.organisations) {
    await registerAuthority(
      { ...authorities, store: { organisations } },
      {
        organisation,
        roles: authorityRoles,
        registrar: registrar?.creditCode ?? organisation.creditCode,
        maker: store.holders.keyedHash('actor', 'demo'),
      },
    );
  }
  for (const window of city.windows) {
    if ((await store.windows.find(window.code)) === null) {
      await change(service, { action: 'window.add', window });
    }
  }
}

async function addAccounts(
  service: Service,
  city: DemoCity,
  credentials: DemoCredentials,
): Promise<People> {
  const { store, clock } = service;
  const accounts = await Promise.all(
    city.accounts.map(async ({ username, displayName, roles, windowCode, holder }) => {
      const known = await store.accounts.findByUsername(username);
      if (known !== null) return known;
      const owner = holder === null ? undefined : city.holders[holder];
      const account: Account = {
        id: ulid(clock.now()),
        ...{ username, displayName, roles, windowCode },
        passwordHash: await hashPassword(credentials[username] ?? ''),
        holderHash: owner === undefined ? null : store.holders.holderHash(owner),
        createdAt: clock.now(),
        disabledAt: null,
      };
      await change(service, { action: 'person.add', account });
      return account;
    }),
  );
  return (role, organisation) => {
    const found = accounts.find((account) =>
      account.roles.some((held) => held.role === role && held.organisation === organisation),
    );
    if (found === undefined) throw new Error(`demo city: nobody is ${role} in ${organisation}`);
    return found;
  };
}

/** @returns esIds in the order of the city's seals. */
async function addSeals(
  service: Service,
  city: DemoCity,
  people: People,
): Promise<readonly string[]> {
  const maker = city.organisations.find((one) => one.authorityRoles.includes('sealMaker'));
  const principal = people('sealMaker', maker?.creditCode ?? '');
  const now = service.clock.now();
  const esIds: string[] = [];
  for (const { holder, kind, name } of city.seals) {
    const known = await service.store.seals.list({ holders: [holder] }, { limit: 10 });
    const same = known.items.find((seal) => seal.kind === kind);
    const owner = city.organisations.find((one) => one.creditCode === holder);
    const seal =
      same ??
      (await makeSeal(service.seals, principal, {
        holder: { creditCode: holder, name: owner?.name ?? holder },
        ...{ kind, name },
        validFrom: now,
        validUntil: new Date(now.getTime() + SEAL_YEARS * YEAR_MS),
      }));
    esIds.push(seal.esId);
  }
  return esIds;
}

async function addCatalogue(
  service: Service,
  city: DemoCity,
  known: Readonly<{ people: People; esIds: readonly string[] }>,
): Promise<void> {
  const { people, esIds } = known;
  await all(
    [...city.types, ...city.furtherTypes].map(
      async ({ typeCode, issuer, name, fields, layout, approval, formats }) => {
        const sealEsId = esIds[city.seals.findIndex((seal) => seal.holder === issuer)] ?? '';
        await putLicenceType(service.licences, people('issuer', issuer), typeCode, {
          ...{ name, fields, layout, approval, formats, sealEsId },
        });
      },
    ),
  );
  const registrar = city.organisations.find((one) => one.authorityRoles.includes('operator'));
  const operator = people('operator', registrar?.creditCode ?? '');
  const faults = await checkMatters(service.licences, city.matters);
  if (faults.length > 0) throw new Error(`demo city: ${JSON.stringify(faults)}`);
  await putMatters(service.licences, operator, city.matters);
}

/** Waits for all of them, also where one fails: nothing goes on behind the back of who is told. */
async function all(work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

async function issue(
  service: Service,
  city: DemoCity,
  order: Readonly<{ people: People; licence: DemoLicence }>,
): Promise<void> {
  const { people, licence } = order;
  const { typeCode, serial, fields } = licence;
  const type = city.types.find((one) => one.typeCode === typeCode);
  const holder = city.holders[licence.holder];
  if (type === undefined || holder === undefined) throw new Error(`demo city: ${serial} is odd`);
  const identifier = formatIdentifier({ typeCode, issuer: type.issuer, serial, version: 1 });
  const known = await service.store.licences.facts(identifier);
  if (known === null) {
    await draftLicence(service.licences, people('issuer', type.issuer), {
      ...{ typeCode, serial, holder, fields },
      validFrom: requireDay(licence.validFrom, 'start'),
      validUntil: licence.validUntil === null ? null : requireDay(licence.validUntil, 'end'),
    });
  }
  if (type.approval === 'dual' && (known === null || known.state === 'drafted')) {
    await approveLicence(service.licences, people('approver', type.issuer), identifier);
  }
}

async function keepCredentials(
  dataDir: string,
  accounts: readonly DemoAccount[],
): Promise<DemoCredentials> {
  const known = await readCredentials(dataDir);
  if (known !== null) return known;
  const credentials = Object.fromEntries(
    accounts.map(({ username }) => [username, randomBytes(9).toString('base64url')]),
  );
  const text = `${JSON.stringify(credentials, null, 2)}\n`;
  await writeSecretFile(join(dataDir, CREDENTIALS_FILE), text, 'create'); // durable before anybody has a password
  return credentials;
}

/** @returns null if there is no such file, or its owner took it away. */
async function readCredentials(dataDir: string): Promise<DemoCredentials | null> {
  try {
    const text = await readFile(join(dataDir, CREDENTIALS_FILE), 'utf8');
    return JSON.parse(text) as DemoCredentials; // our own file, readable by its owner alone
  } catch (error) {
    if (isNodeError(error, 'ENOENT')) return null;
    throw error;
  }
}

/** What a visitor of the city needs to know. */
function describe(city: DemoCity, esIds: readonly string[]): object {
  const usernames = new Map(city.accounts.map((account) => [account.holder, account.username]));
  return {
    types: city.types.map(({ typeCode, name, sampleFields }) => ({ typeCode, name, sampleFields })),
    esIds,
    holders: city.holders.map((holder, place) => {
      const username = usernames.get(place);
      return username === undefined ? holder : { username, ...holder };
    }),
    matters: city.matters.map(({ code, name }) => ({ code, name })),
    windows: city.windows.map(({ code, name }) => ({ code, name })),
  };
}

function requireDay(text: string, edge: 'start' | 'end'): Date {
  const instant = parseInstant(text, edge);
  if (instant === null) throw new Error(`demo city: ${text} is no day`);
  return instant;
}
