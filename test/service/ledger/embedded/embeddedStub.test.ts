import { describe, expect, it } from '@jest/globals';

import {
  compositeKey,
  EmbeddedStub,
} from '../../../../service/src/ledger/embedded/embeddedStub.ts';
import type { StateView } from '../../../../service/src/ledger/embedded/embeddedStub.ts';

const recordedAt = new Date('2026-01-01T00:00:00.250Z');

function stubOver(values: Readonly<Record<string, string>>): EmbeddedStub {
  const bytes = (text: string): Buffer => Buffer.from(text, 'utf8');
  const state: StateView = {
    value: (key) => values[key] ?? null,
    keysBetween: (start, end) =>
      Object.keys(values)
        .filter(
          (key) =>
            Buffer.compare(bytes(key), bytes(start)) >= 0 &&
            Buffer.compare(bytes(key), bytes(end)) < 0,
        )
        .sort((a, b) => Buffer.compare(bytes(a), bytes(b))),
    versions: (key) => [{ value: values[key] ?? null, txId: 't1', recordedAt }],
  };
  return new EmbeddedStub(state, {
    txId: 'abcdef0123',
    timestamp: recordedAt,
    mspId: 'OperatorMSP',
    certificate: 'PEM',
    args: ['seal:record', '[]'],
  });
}

async function keysOf(rows: AsyncIterable<{ key: string }>): Promise<readonly string[]> {
  const keys = [];
  for await (const { key } of rows) keys.push(key);
  return keys;
}

describe('state', () => {
  it('gives the committed value even after a write in the same transaction', async () => {
    const stub = stubOver({ a: 'old' });

    await stub.putState('a', Buffer.from('new'));

    expect(Buffer.from(await stub.getState('a')).toString()).toBe('old');
    expect(stub.writeSet()).toEqual([{ key: 'a', value: 'new' }]);
  });

  it('gives empty bytes where there is no value', async () => {
    expect(await stubOver({}).getState('a')).toHaveLength(0);
  });

  it('writes each key once, with its last value, ordered by key bytes', async () => {
    const stub = stubOver({});
    const high = '\u{1f4dc}'; // four bytes in UTF-8, but smaller than U+FF21 by UTF-16 code units

    for (const [key, value] of [
      [high, '1'],
      ['\uff21', '2'],
      ['b', '3'],
      ['b', '4'],
    ] as const)
      await stub.putState(key, Buffer.from(value));
    await stub.deleteState('a');

    expect(stub.writeSet()).toEqual([
      { key: 'a', value: null },
      { key: 'b', value: '4' },
      { key: '\uff21', value: '2' },
      { key: high, value: '1' },
    ]);
  });

  it('refuses an empty key and values that are no text', () => {
    expect(() => stubOver({}).putState('', Buffer.from('x'))).toThrow();
    expect(() => stubOver({}).putState('a', Buffer.from([0xff]))).toThrow();
  });
});

describe('composite keys', () => {
  it('are those of Fabric', () => {
    expect(compositeKey('seal', ['S1', 'x'])).toBe('\0seal\0S1\0x\0');
    expect(stubOver({}).splitCompositeKey('\0seal\0S1\0x\0')).toEqual({
      objectType: 'seal',
      attributes: ['S1', 'x'],
    });
  });

  it.each([[''], ['a\0b'], ['\u{10ffff}']])('refuse the part %j', (part) => {
    expect(() => compositeKey('seal', [part])).toThrow();
  });

  it('are found by their first parts, in byte order', async () => {
    const values = Object.fromEntries(
      ['b', 'a', '\u{1f4dc}', '\uff21'].map((part) => [compositeKey('seal', ['S', part]), 'v']),
    );
    const stub = stubOver({
      ...values,
      [compositeKey('seal', ['T', 'a'])]: 'v',
      [compositeKey('sealed', ['S'])]: 'v',
    });

    const keys = await keysOf(stub.getStateByPartialCompositeKey('seal', ['S']));

    expect(keys.map((key) => stub.splitCompositeKey(key).attributes[1])).toEqual([
      'a',
      'b',
      '\uff21',
      '\u{1f4dc}',
    ]);
  });

  it('stay outside of ranges of simple keys', async () => {
    const stub = stubOver({ [compositeKey('seal', ['S'])]: 'v', simple: 'v' });

    expect(await keysOf(stub.getStateByRange('', ''))).toEqual(['simple']);
  });
});

describe('the transaction', () => {
  it('has the time, submitter and arguments it was given', () => {
    const stub = stubOver({});

    expect(stub.getDateTimestamp()).toEqual(recordedAt);
    expect(stub.getTxTimestamp()).toEqual({ seconds: 1767225600, nanos: 250_000_000 });
    expect(stub.getCreator()).toEqual({ mspid: 'OperatorMSP', idBytes: Buffer.from('PEM') });
    expect(stub.getFunctionAndParameters()).toEqual({ fcn: 'seal:record', params: ['[]'] });
  });

  it('lists the versions of a key', async () => {
    const versions = [];

    for await (const version of stubOver({ a: 'v' }).getHistoryForKey('a')) versions.push(version);

    expect(versions).toEqual([
      {
        txId: 't1',
        value: Buffer.from('v'),
        isDelete: false,
        timestamp: { seconds: 1767225600, nanos: 250_000_000 },
      },
    ]);
  });
});
