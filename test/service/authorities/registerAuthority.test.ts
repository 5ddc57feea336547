import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { creditCodeCheckCharacter, statePlaces, type AuthorityRole } from '@yinxin/chaincode/model';
import { registerAuthority } from '../../../service/src/authorities/registerAuthority.ts';
import { authorityDirectory } from '../../../service/src/authorities/authorityDirectory.ts';
import { testService, TEST_ORGANISATIONS, type TestService } from '../../support/testService.ts';

let city: TestService;
let number = 100;
beforeAll(async () => {
  city = await testService();
});
afterAll(async () => {
  await city.remove();
});

const newCode = (): string => {
  number += 1;
  const body = `11330400TEX000${String(number)}`;
  return body + creditCodeCheckCharacter(body);
};

const register = (
  creditCode: string,
  roles: readonly AuthorityRole[] = ['issuer'],
  registrar: string = TEST_ORGANISATIONS.operator.creditCode,
): Promise<void> =>
  registerAuthority(city.service.authorities, {
    organisation: { creditCode, name: '南湖市民政局', parent: null, kind: 'department' },
    ...{ roles, registrar, maker: '0'.repeat(64) },
  });

const recordOf = async (creditCode: string): Promise<object | null> =>
  (await city.service.ledger.readStates([statePlaces.authority(creditCode)])).values[0] ?? null;

describe('registerAuthority', () => {
  it('puts roles and keys on the ledger and the organisation into the tree', async () => {
    const creditCode = newCode();

    await register(creditCode);

    expect(await city.service.store.organisations.find(creditCode)).toMatchObject({ creditCode });
    expect(await recordOf(creditCode)).toMatchObject({
      roles: ['issuer'],
      keys: [{ purpose: 'act' }, { purpose: 'code' }, { purpose: 'credential' }],
    });
  });

  it('leaves alone what is done already', async () => {
    const creditCode = newCode();
    await register(creditCode);
    const { height } = await city.service.ledger.head();

    await register(creditCode);

    expect((await city.service.ledger.head()).height).toBe(height);
  });

  it('gives an organisation that does not act no place on the ledger', async () => {
    const creditCode = newCode();

    await register(creditCode, []);

    expect(await recordOf(creditCode)).toBeNull();
    expect(await city.service.store.organisations.find(creditCode)).not.toBeNull();
  });

  it.each([
    ['an issuer', TEST_ORGANISATIONS.market.creditCode],
    ['nobody', newCode()],
  ])('takes no registration by %s', async (_, registrar) => {
    const creditCode = newCode();

    await expect(register(creditCode, ['issuer'], registrar)).rejects.toMatchObject({
      name: 'ServiceError',
    });

    expect(await recordOf(creditCode)).toBeNull();
    expect(await city.service.store.organisations.find(creditCode)).toBeNull();
  });
});

describe('authorityDirectory', () => {
  it('knows no signers of an organisation nobody registered, until somebody does', async () => {
    const directory = authorityDirectory(city.service.authorities);
    const creditCode = newCode();
    await expect(directory.signersOf(creditCode)).rejects.toMatchObject({
      code: 'ORGANISATION_NOT_FOUND',
    });

    await register(creditCode);

    await expect(directory.signersOf(creditCode)).resolves.toHaveProperty('act');
  });

  it('finds a new authority’s code signer at once, also after a look for another', async () => {
    const directory = authorityDirectory(city.service.authorities);
    expect(await directory.findCodeSigners('00'.repeat(8))).toEqual([]);
    const creditCode = newCode();
    await register(creditCode);
    const { codeSigner } = await directory.signersOf(creditCode);

    const found = await directory.findCodeSigners(codeSigner.keyId.slice(0, 16));

    expect(found.map(({ subject }) => subject.creditCode)).toEqual([creditCode]);
  });
});
