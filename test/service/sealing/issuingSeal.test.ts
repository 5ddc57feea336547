import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pictureOf, requireSealUse, sealOpener } from '../../../service/src/sealing/issuingSeal.ts';
import {
  TEST_ORGANISATIONS,
  TEST_TYPES,
  testService,
  type TestService,
} from '../../support/testService.ts';

describe('a seal in use', () => {
  let city: TestService;
  beforeAll(async () => {
    city = await testService();
  });
  afterAll(async () => {
    await city.remove();
  });

  const ask = async (signersOf: string): Promise<void> => {
    const { licences, ledger, clock } = city.service;
    const signers = await licences.signersOf(signersOf);
    const own = await licences.signersOf(TEST_ORGANISATIONS.market.creditCode);
    const by = {
      authority: TEST_ORGANISATIONS.market.creditCode,
      keyId: own.act.keyId,
      maker: 'a'.repeat(64),
    };
    const at = clock.now().toISOString();
    const use = { esId: city.esId, at, by, licenceType: TEST_TYPES.single };
    await requireSealUse(ledger, use, [signers.documentSignerSm2]);
  };

  it('lets the signers it lists sign', async () => {
    await expect(ask(TEST_ORGANISATIONS.market.creditCode)).resolves.toBeUndefined();
  });

  it('refuses a signer it does not list', async () => {
    await expect(ask(TEST_ORGANISATIONS.health.creditCode)).rejects.toMatchObject({
      code: 'KEY_UNFIT',
    });
  });

  it('is opened once and says whose it is', async () => {
    const open = sealOpener(city.service.store.seals);

    const seal = await open(city.esId);

    expect(seal.holder.name).toBe(TEST_ORGANISATIONS.market.name);
    expect(await open(city.esId)).toBe(seal);
  });

  it('is not there under another number', async () => {
    const open = sealOpener(city.service.store.seals);

    await expect(open('00000000000000')).rejects.toMatchObject({ code: 'SEAL_NOT_FOUND' });
  });

  it('shows the line of its kind', () => {
    const holder = { name: '南湖市市场监督管理局' };
    const facts = { esId: '50011200000399', name: '专用章', holder };
    const paths = (kind: string): number => pictureOf({ ...facts, kind }).items.length;

    expect(paths('licence')).toBeGreaterThan(paths('official'));
  });
});
