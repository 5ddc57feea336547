import { citizenIdCheckCharacter } from '@yinxin/chaincode/model';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  accountOfIdentity,
  bindIdentity,
  unbindIdentity,
  type IdentityParts,
} from '../../../service/src/people/identities.ts';
import type { ProvenIdentity } from '../../../service/src/people/identityProvider.ts';
import { addPerson } from '../../../service/src/people/people.ts';
import { beginSignIn, finishSignIn } from '../../../service/src/people/signInByProvider.ts';
import type { Account } from '../../../service/src/store/store.ts';
import { disableAccount } from '../../support/disableAccount.ts';
import {
  TEST_PASSWORD,
  TEST_PERSON,
  testService,
  type TestService,
} from '../../support/testService.ts';

const ISSUER = 'https://id.example.cn';
const codeOf = (body: string): string => body + citizenIdCheckCharacter(body);

let city: TestService;
let parts: IdentityParts;

beforeAll(async () => {
  city = await testService();
  parts = { ...city.service, identity: { isLocalOn: true, provider: null } };
});

afterAll(async () => {
  await city.remove();
});

const person = (subject: string, holderCode: string | null = null): ProvenIdentity => ({
  ...{ issuer: ISSUER, subject, name: '某某', holderCode },
});

const find = (subject: string, holderCode: string | null = null): Promise<Account> =>
  accountOfIdentity(parts, person(subject, holderCode));

describe('accountOfIdentity', () => {
  it('knows nobody who was not bound', async () => {
    await expect(find('stranger')).rejects.toMatchObject({ code: 'IDENTITY_UNKNOWN' });
  });

  it('tells people of two issuers apart', async () => {
    const { security, maker } = city.people;
    await bindIdentity(parts, security, maker.id, person('s-1'));

    expect((await find('s-1')).id).toBe(maker.id);
    const elsewhere = { ...person('s-1'), issuer: 'https://other.example.cn' };
    await expect(accountOfIdentity(parts, elsewhere)).rejects.toMatchObject({
      code: 'IDENTITY_UNKNOWN',
    });
  });

  it('forgets the identity before when another one is bound', async () => {
    const { security, checker } = city.people;
    await bindIdentity(parts, security, checker.id, person('old'));
    await bindIdentity(parts, security, checker.id, person('new'));

    expect((await find('new')).id).toBe(checker.id);
    await expect(find('old')).rejects.toMatchObject({ code: 'IDENTITY_UNKNOWN' });
    await unbindIdentity(parts, security, checker.id);
    await expect(find('new')).rejects.toMatchObject({ code: 'IDENTITY_UNKNOWN' });
  });

  it('finds a holder by the code, however it is written, but no account with other roles', async () => {
    const code = codeOf('33040219770707123');
    const made = await find('h-1', code);
    expect((await find('h-1', ` ${code.toLowerCase()} `)).id).toBe(made.id);

    const both = codeOf('33040219780808123');
    const clerk = await addPerson(city.service, city.people.security, {
      ...{ username: 'clerk-and-holder', password: TEST_PASSWORD, displayName: 'x' },
      roles: [
        { role: 'holder', organisation: null },
        { role: 'clerk', organisation: city.config.operator.creditCode },
      ],
      ...{ windowCode: null, holder: { code: both, codeType: '111' } },
    });
    const citizen = await find('h-2', both);
    expect(citizen.id).not.toBe(clerk.id);
    expect(citizen.roles).toEqual([{ role: 'holder', organisation: null }]);
  });

  it('refuses a holder who was another one before, or has another identity', async () => {
    await find('h-3', TEST_PERSON.code);

    const other = codeOf('33040219660606123');
    await expect(find('h-3', other)).rejects.toMatchObject({ code: 'IDENTITY_REFUSED' });
    await expect(find('h-4', TEST_PERSON.code)).rejects.toMatchObject({
      code: 'IDENTITY_ALREADY_BOUND',
    });
  });

  it('lets in no account that is disabled', async () => {
    const code = codeOf('33040219550505123');
    const { id } = await find('h-5', code);
    await disableAccount(city.service.store, id, new Date());

    await expect(find('h-5', code)).rejects.toMatchObject({ code: 'IDENTITY_UNKNOWN' });
  });
});

describe('a sign-in by a provider', () => {
  it('needs one', async () => {
    const asked = { ...city.service, identity: parts.identity };

    await expect(beginSignIn(asked)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(finishSignIn(asked, null, {})).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
