import { describe, expect, it } from '@jest/globals';
import {
  chooseNeeded,
  needsOf,
  showableFields,
  toggleField,
  toShown,
} from '../../../../web/src/console/holder/showChoices.ts';

const FOOD = { identifier: 'food', typeCode: 'F', typeName: '食品经营许可证' };
const NURSE = { identifier: 'nurse', typeCode: 'N', typeName: '护士执业证书' };

describe('choosing what is shown', () => {
  it('chooses what the matter needs and nothing else', () => {
    const choices = chooseNeeded([FOOD, NURSE], [{ typeCode: 'F', fields: ['premises'] }]);

    expect(toShown(choices)).toEqual([{ identifier: 'food', fields: ['premises'] }]);
  });

  it('leaves fields to the matter when none is known, and chooses what one came for', () => {
    expect(toShown(chooseNeeded([FOOD, NURSE], null, ['nurse']))).toEqual([
      { identifier: 'nurse' },
    ]);
  });

  it('chooses nothing by itself', () => {
    expect(toShown(chooseNeeded([FOOD], null))).toEqual([]);
  });

  it('shows nothing of a licence whose fields were all left out', () => {
    const [choice] = chooseNeeded([FOOD], null, ['food']);

    expect(choice && toShown([{ ...choice, fields: [] }])).toEqual([
      { identifier: 'food', fields: [] },
    ]);
  });

  it('adds and leaves out fields, in the order of the licence', () => {
    const all = showableFields(['principal', 'premises']);

    expect(toggleField(['premises'], 'holderName', all)).toEqual(['holderName', 'premises']);
    expect(toggleField(['principal', 'premises'], 'principal', all)).toEqual(['premises']);
  });

  it('joins what several materials need of one type', () => {
    const standIn = (fields: string[]): Parameters<typeof needsOf>[0][number] => ({
      standIns: [{ typeCode: 'F', typeName: null, fields }],
    });

    expect(needsOf([standIn(['a', 'b']), standIn(['b', 'c'])])).toEqual([
      { typeCode: 'F', fields: ['a', 'b', 'c'] },
    ]);
  });
});
