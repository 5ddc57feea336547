import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';

import { CONTRACT_NAMES, contractOf } from '../../chaincode/src/act.js';
import { canonicalise } from '../../chaincode/src/canonicalJson.js';
import { contracts } from '../../chaincode/src/index.js';
import { contractFixture } from './support/contractFixture.js';

interface Declaration {
  readonly name: string;
  readonly tag: readonly string[];
}

describe('contracts', () => {
  it('are registered in the order of their names', () => {
    expect(contracts.map((contract) => new contract().getName())).toEqual(CONTRACT_NAMES);
  });

  it.each(contracts)('%p records, and declares read and history as read-only', (contract) => {
    // where the decorators of fabric-contract-api leave what they found
    const declared = Reflect.getMetadata(
      'fabric:transactions',
      contract.prototype as object,
    ) as readonly Declaration[];

    expect(declared.map(({ name, tag }) => [name, tag.includes('submitTx')])).toEqual([
      ['record', true],
      ['read', false],
      ['history', false],
    ]);
  });

  it.each(CONTRACT_NAMES)('%s reads any key', async (name) => {
    const fixture = await contractFixture();
    const key = { objectType: 'registry', attributes: ['genesis'] };

    expect((await fixture.invoke(`${name}:read`, canonicalise([key]))).payload).toBe('[null]');
    expect((await fixture.invoke(`${name}:history`, canonicalise(key))).payload).toBe('[]');
  });
});

describe('contractOf', () => {
  it('is the first part of the name of an act', () => {
    expect(contractOf('licence.issue')).toBe('licence');
  });
});
