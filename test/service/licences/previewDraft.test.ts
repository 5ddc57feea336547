import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { draftLicence } from '../../../service/src/licences/draftLicence.ts';
import { previewDraft } from '../../../service/src/licences/previewDraft.ts';
import type { Licence } from '../../../service/src/store/store.ts';
import {
  buildRequest,
  TEST_TYPES,
  testService,
  type TestService,
} from '../../support/testService.ts';

let city: TestService;
let draft: Licence;

beforeAll(async () => {
  city = await testService();
  const request = buildRequest({ typeCode: TEST_TYPES.dual });
  draft = await draftLicence(city.service.licences, city.people.maker, request);
});

afterAll(async () => {
  await city.remove();
});

const preview = async (licence: Licence, who: 'maker' | 'checker' | 'holder'): Promise<string> => {
  const bytes = await previewDraft(city.service.licences, city.people[who], licence, 'svg');
  return Buffer.from(bytes).toString('utf8');
};

describe('previewDraft', () => {
  it('is of the draft as it stands', async () => {
    const changed = { ...draft, fields: { ...draft.fields, premises: '北湖路2号' } };

    const [first, again, other] = [
      await preview(draft, 'maker'),
      await preview(draft, 'checker'),
      await preview(changed, 'checker'),
    ];

    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it('is not for the holder, nor once the holder was erased', async () => {
    const erased = { ...draft, holder: null, fields: null };

    for (const asking of [preview(draft, 'holder'), preview(erased, 'maker')])
      await expect(asking).rejects.toMatchObject({ code: 'DOCUMENT_NOT_FOUND' });
  });
});
