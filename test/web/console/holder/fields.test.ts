import { describe, expect, it } from '@jest/globals';
import { fieldsOfSchema } from '../../../../web/src/console/holder/fields.ts';

describe('fields of a licence type', () => {
  it('stand in its order', () => {
    expect(fieldsOfSchema({ properties: { shopName: {}, area: {} } })).toEqual([
      'shopName',
      'area',
    ]);
    expect(fieldsOfSchema({})).toEqual([]);
  });
});
