import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { parseBlock, requireSuccessor } from '../../../../service/src/ledger/fabric/fabricBlock.ts';
import {
  batchesOf,
  parseTransaction,
  recordedActsOf,
} from '../../../../service/src/ledger/fabric/fabricTransaction.ts';
import { transactionsOf } from '../../../../service/src/ledger/fabric/logIndex.ts';
import {
  batchKey,
  buildBlock,
  buildConfigEnvelope,
  buildEnvelope,
  recordingSpec,
  TestChain,
} from '../../../support/fabricBlocks.ts';
import { buildLedgerCity, issueAct, registerAct } from '../../../support/ledgerCity.ts';

const ROOT = 'ab'.repeat(32);

describe('parseBlock', () => {
  it('reads number, hashes and the judgement on each transaction', () => {
    const chain = new TestChain();
    chain.add({ txId: 'one' }, { txId: 'two', validationCode: 11 });

    const block = parseBlock(chain.blocks[1]!);

    expect(block).toMatchObject({
      ...{ number: 1, previousHash: chain.hashes[0], hash: chain.hashes[1] },
      transactions: [{ validationCode: 0 }, { validationCode: 11 }],
    });
    expect(parseBlock(chain.blocks[0]!)).toMatchObject({ number: 0, previousHash: '' });
  });

  it.each([0, 127, 128, 255, 256, 32_768, 2 ** 40])(
    'hashes the header of block %d as Fabric does',
    (number) => {
      const { bytes, hash } = buildBlock({
        ...{ number, previousHash: ROOT },
        ...{ envelopes: [buildConfigEnvelope()], validationCodes: [0] },
      });

      expect(parseBlock(bytes)).toMatchObject({ number, hash });
    },
  );

  it('takes a transaction that no peer has judged for not valid', () => {
    const { bytes } = buildBlock({
      ...{ number: 0, previousHash: '' },
      ...{ envelopes: [buildConfigEnvelope()], validationCodes: [] },
    });

    expect(parseBlock(bytes).transactions[0]!.validationCode).toBe(254);
  });

  it("gives orderers' signatures with what they are over", () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { bytes } = buildBlock({
      ...{ number: 0, previousHash: '' },
      ...{ envelopes: [buildConfigEnvelope()], validationCodes: [0] },
      orderer: {
        certificate: 'the orderer',
        sign: (signed) => sign('sha256', signed, privateKey),
      },
    });

    const [signature] = parseBlock(bytes).signatures;

    expect(signature).toMatchObject({ mspId: 'OrdererMSP', certificate: 'the orderer' });
    expect(verify('sha256', signature!.signed, publicKey, signature!.signature)).toBe(true);
  });

  it('refuses transactions that differ from their hash', () => {
    const chain = new TestChain();
    chain.add({ txId: 'honest' });
    const bytes = Buffer.from(chain.blocks[1]!);
    bytes.set(Buffer.from('forged'), bytes.indexOf('honest'));

    expect(() => parseBlock(bytes)).toThrow(expect.objectContaining({ code: 'LEDGER_CORRUPT' }));
  });

  it('refuses bytes that are no block, and never breaks', () => {
    const whole = new TestChain().blocks[0]!;

    for (let length = 1; length < whole.length; length += 1) {
      try {
        parseBlock(whole.subarray(0, length));
      } catch (error) {
        expect(error).toMatchObject({ code: 'LEDGER_CORRUPT' });
      }
    }
    expect(() => parseBlock(Buffer.from('ff'.repeat(20), 'hex'))).toThrow(/malformed/);
    expect(() => parseBlock(Buffer.from([0x0a, 0x7f, 1]))).toThrow(/malformed/); // longer than it is
  });

  it('refuses every change of one byte, or reads the same transactions', () => {
    const chain = new TestChain();
    chain.add({ writes: [[batchKey(ROOT), '{}']] });
    const bytes = chain.blocks[1]!;
    const { hash, dataHash } = parseBlock(bytes);

    for (let place = 0; place < bytes.length; place += 1) {
      const changed = Buffer.from(bytes);
      changed[place]! ^= 1 << (place % 8);
      try {
        const block = parseBlock(changed);
        expect(block.hash === hash ? block.dataHash : dataHash).toBe(dataHash);
      } catch (error) {
        expect(error).toMatchObject({ code: 'LEDGER_CORRUPT' });
      }
    }
  });
});

describe('requireSuccessor', () => {
  it('takes a block that names the hash of the one before', () => {
    const chain = new TestChain();
    chain.add();

    expect(() => {
      requireSuccessor(parseBlock(chain.blocks[0]!), { height: 0, headHash: null });
      requireSuccessor(parseBlock(chain.blocks[1]!), { height: 1, headHash: chain.hashes[0]! });
    }).not.toThrow();
  });

  it.each([
    ['another number', { height: 5, headHash: ROOT }],
    ['another block before', { height: 1, headHash: ROOT }],
  ])('refuses %s', (_, before) => {
    const chain = new TestChain();
    chain.add();

    expect(() => {
      requireSuccessor(parseBlock(chain.blocks[1]!), before);
    }).toThrow(expect.objectContaining({ code: 'LEDGER_CORRUPT' }));
  });
});

describe('parseTransaction', () => {
  it('reads what was asked, answered, written and endorsed', () => {
    const at = new Date('2026-03-04T05:06:07.089Z');
    const spec = { txId: 'tx7', at, args: ['[]', 'ü'], response: '[1]' };
    const writes = [['key', 'value'] as const, ['gone', null] as const];

    const transaction = parseTransaction(buildEnvelope({ ...spec, writes }));

    expect(transaction).toMatchObject({
      ...{ txId: 'tx7', channel: 'yinxin', at: at.toISOString(), creatorMspId: 'OperatorMSP' },
      ...{ chaincode: 'yinxin', function: 'licence:record', args: ['[]', 'ü'], response: '[1]' },
      writes: [
        { key: 'key', value: new Uint8Array(Buffer.from('value')) },
        { key: 'gone', value: null },
      ],
      endorsements: [{ mspId: 'OperatorMSP' }, { mspId: 'AuditorMSP' }],
      isBound: true,
    });
  });

  it('tells when what was endorsed is not the answer to this proposal', () => {
    const envelope = Buffer.from(buildEnvelope({ args: ['honest'] }));
    envelope.set(Buffer.from('forged'), envelope.indexOf('honest'));

    expect(parseTransaction(envelope)).toMatchObject({ args: ['forged'], isBound: false });
  });

  it('knows a change of the channel for none', () => {
    expect(parseTransaction(buildConfigEnvelope())).toBeNull();
  });

  it('merges a message that occurs twice, as peers do', () => {
    const chain = new TestChain();
    const envelope = buildEnvelope({ writes: [[batchKey(ROOT), '{}']] });
    // Payload.header again, without anything in it: a decoder that replaces would lose the first
    const [, payload] = splitField(envelope);
    const twice = Buffer.concat([payload, Uint8Array.of(0x0a, 0x00)]);
    chain.append([encodeField(1, twice)], [0]);

    const [transaction] = transactionsOf(parseBlock(chain.blocks[1]!), 'yinxin');

    expect(transaction!.writes.map(({ key }) => key)).toEqual([batchKey(ROOT)]);
  });

  it('reads a time out of range as the epoch', () => {
    const envelope = buildEnvelope({ at: new Date(8.64e15) });

    expect(parseTransaction(envelope)!.at).toBe('1970-01-01T00:00:00.000Z');
  });

  it('leaves invalid transactions and other chaincodes unread', () => {
    const chain = new TestChain();
    const ours = buildEnvelope({ txId: 'ours' });
    const other = buildEnvelope({ txId: 'other', chaincode: '_lifecycle' });
    chain.append([Buffer.from('garbage'), other, buildEnvelope({}), ours], [22, 0, 11, 0]);

    const transactions = transactionsOf(parseBlock(chain.blocks[1]!), 'yinxin');

    expect(transactions.map(({ txId }) => txId)).toEqual(['ours']);
  });

  it('finds a malformed transaction that a peer calls valid', () => {
    const chain = new TestChain();
    chain.append([Buffer.from('garbage')], [0]);
    const block = parseBlock(chain.blocks[1]!);

    expect(() => transactionsOf(block, 'yinxin')).toThrow(
      expect.objectContaining({ code: 'LEDGER_CORRUPT' }),
    );
  });
});

describe('recordedActsOf', () => {
  it('gives newly recorded acts in the order of leaves, without refused and repeated ones', async () => {
    const city = await buildLedgerCity();
    const acts = [
      await issueAct(city, 'A1'),
      await issueAct(city, 'A2'),
      await issueAct(city, 'A3'),
    ];
    const old = await registerAct(city, city.issuer);
    const { root, ...spec } = recordingSpec([acts[0]!, acts[1]!]);
    const response = JSON.stringify([
      { id: 'x', outcome: 'recorded', position: { root, index: 1 } },
      { id: 'x', outcome: 'refused', code: 'SEAL_NOT_FOUND', message: '' },
      { id: 'x', outcome: 'recorded', position: { root: ROOT, index: 0 } },
      { id: 'x', outcome: 'recorded', position: { root, index: 0 } },
      { id: 'x', outcome: 'recorded', position: { root, index: 0 } },
    ]);
    const args = [JSON.stringify([acts[1], acts[2], old, acts[0], acts[0]])];

    const transaction = parseTransaction(buildEnvelope({ ...spec, args, response }))!;

    expect(recordedActsOf(transaction)).toEqual([
      { root, index: 0, act: acts[0] },
      { root, index: 1, act: acts[1] },
    ]);
    expect(batchesOf(transaction)[0]!.record).toMatchObject({ root, size: 2 });
  });

  it.each([
    ['no JSON', '{'],
    ['null', 'null'],
    [
      'another root',
      JSON.stringify({ root: 'cd'.repeat(32), size: 1, at: '', submitterMspId: '' }),
    ],
    ['no size', JSON.stringify({ root: ROOT, at: '', submitterMspId: '' })],
  ])('refuses a batch record that is %s', (_, value) => {
    const transaction = parseTransaction(buildEnvelope({ writes: [[batchKey(ROOT), value]] }))!;

    expect(() => batchesOf(transaction)).toThrow(SyntaxError);
  });
});

/** First field of a message that has one field: tag and value. */
function splitField(bytes: Uint8Array): readonly [tag: number, value: Uint8Array] {
  let place = 1;
  while (bytes[place]! > 0x7f) place += 1;
  const length = [...bytes.subarray(1, place + 1)].reduce(
    (sum, byte, at) => sum + (byte & 0x7f) * 128 ** at,
    0,
  );
  return [bytes[0]!, bytes.subarray(place + 1, place + 1 + length)];
}

function encodeField(field: number, value: Uint8Array): Uint8Array {
  const length: number[] = [];
  let rest = value.length;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) length.push((rest % 128) | 0x80);
  return Buffer.concat([Uint8Array.of(field * 8 + 2, ...length, rest), value]);
}

it('computes SHA-256 of the data as it stands', () => {
  const chain = new TestChain();
  const digest = createHash('sha256').update(buildConfigEnvelope()).digest('hex');

  expect(parseBlock(chain.blocks[0]!).dataHash).toBe(digest);
});
