import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { draftLicence } from '../../../service/src/licences/draftLicence.ts';
import { previewLicence } from '../../../service/src/licences/previewLicence.ts';
import type { Licence } from '../../../service/src/store/store.ts';
import {
  buildRequest,
  TEST_COMPANY,
  TEST_TYPES,
  testService,
  type TestPersonName,
  type TestService,
} from '../../support/testService.ts';

let city: TestService;
let mine: Licence;
let others: Licence;
beforeAll(async () => {
  city = await testService();
  mine = await city.issue();
  others = await city.issue({ holder: TEST_COMPANY });
});
afterAll(async () => {
  await city.remove();
});

async function preview(
  as: TestPersonName,
  { identifier }: Licence,
  { format = 'svg', page = 1 }: { format?: 'svg' | 'png'; page?: number } = {},
): Promise<Buffer> {
  const { licences } = city.service;
  return Buffer.from(await previewLicence(licences, city.people[as], identifier, { format, page }));
}

describe('the preview of a licence', () => {
  it.each([
    ['svg', '<svg '],
    ['png', '\x89PNG'],
  ] as const)('is its page as %s', async (format, head) => {
    const picture = await preview('maker', mine, { format });

    expect(picture.subarray(0, head.length).toString('latin1')).toBe(head);
  });

  it('shows this licence, the same to its holder and its issuer', async () => {
    const picture = await preview('maker', mine);

    expect((await preview('holder', mine)).equals(picture)).toBe(true);
    expect((await preview('maker', others)).equals(picture)).toBe(false);
  });

  it.each(['holder', 'outsider'] as const)(
    'is not there for those who may not see it: %s',
    async (as) => {
      await expect(preview(as, others)).rejects.toMatchObject({ code: 'LICENCE_NOT_FOUND' });
    },
  );

  it('has no further page', async () => {
    await expect(preview('maker', mine, { page: 2 })).rejects.toMatchObject({
      code: 'DOCUMENT_NOT_FOUND',
    });
  });

  it('is not there before the licence is issued', async () => {
    const request = buildRequest({ typeCode: TEST_TYPES.dual });
    const draft = await draftLicence(city.service.licences, city.people.maker, request);

    await expect(preview('maker', draft)).rejects.toMatchObject({ code: 'DOCUMENT_NOT_FOUND' });
  });
});
