import { describe, expect, it } from '@jest/globals';
import { fieldTitles } from '../../service/src/fieldTitles.ts';

const TYPE = { fields: { properties: { premises: { title: '经营场所' }, seats: {} } } };

describe('the titles of fields', () => {
  it('are what people call them, the holder’s too', () => {
    expect(fieldTitles(TYPE, ['holderName', 'premises'])).toEqual(['持证人名称', '经营场所']);
  });

  it('are in English where the type has them', () => {
    const type = {
      fields: {
        properties: { premises: { title: '经营场所', 'x-title-en': 'Premises' }, kind: {} },
      },
    };

    expect(fieldTitles(type, ['holderName', 'premises', 'kind'], 'en')).toEqual([
      ...['holder’s name', 'Premises', 'kind'],
    ]);
  });

  it.each([
    ['without a title', TYPE, 'seats'],
    ['that the type does not have', TYPE, 'toString'],
    ['of a type that is gone', null, 'premises'],
  ])('are the names of those %s', (_, type, name) => {
    expect(fieldTitles(type, [name])).toEqual([name]);
  });
});
