import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalise } from '@yinxin/chaincode/model';
import type { SignedAct } from '@yinxin/chaincode/model';

import { signCheckpoint } from '../../../../service/src/ledger/checkpoint.ts';
import { toDerSignature } from '../../../../service/src/keys/signatureValue.ts';
import { parseBlock } from '../../../../service/src/ledger/fabric/fabricBlock.ts';
import { openLogIndex } from '../../../../service/src/ledger/fabric/logIndex.ts';
import { verifyChannel } from '../../../../service/src/ledger/fabric/verifyChannel.ts';
import type { ChannelVerificationOptions } from '../../../../service/src/ledger/fabric/verifyChannel.ts';
import { toPem } from '../../../../service/src/pki/certificate.ts';
import { buildOrganisation, endorse } from '../../../support/endorsedReads.ts';
import type { TestOrganisation } from '../../../support/endorsedReads.ts';
import { recordingSpec, TestChain } from '../../../support/fabricBlocks.ts';
import type { BlockTransactionSpec, TestOrderer } from '../../../support/fabricBlocks.ts';
import { encodeMessage } from '../../../support/fabricMessages.ts';
import { buildLedgerCity, issueAct, ORIGIN, registerAct } from '../../../support/ledgerCity.ts';
import type { LedgerAuthority, LedgerCity } from '../../../support/ledgerCity.ts';

const AT = new Date('2026-02-01T00:00:00Z');

let city: LedgerCity;
let operator: TestOrganisation;
let auditor: TestOrganisation;
let orderer: TestOrderer;
let folder: string;
let indexes = 0;

beforeAll(async () => {
  city = await buildLedgerCity();
  operator = buildOrganisation('OperatorMSP');
  auditor = buildOrganisation('AuditorMSP');
  const { peer } = buildOrganisation('OrdererMSP');
  orderer = {
    certificate: toPem([peer.certificate.der]),
    sign: (bytes) => toDerSignature(peer.sign(bytes)),
  };
  folder = mkdtempSync(join(tmpdir(), 'yinxin-channel-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

type Endorse = NonNullable<BlockTransactionSpec['endorse']>;

/** Endorses by peers of organisations. */
function by(...organisations: readonly TestOrganisation[]): Endorse {
  return (response) => organisations.map((one) => endorse(one, response));
}

/** What registering an authority writes beside the batch. */
function authorityWrite({ creditCode, signer }: LedgerAuthority): readonly [string, string] {
  const certificate = Buffer.from(signer.certificationPath[0]!).toString('base64');
  const keys = [{ purpose: 'act', keyId: signer.keyId, certificate }];
  return [`\0authority\0${creditCode}\0`, canonicalise({ creditCode, keys })];
}

function recording(
  acts: readonly SignedAct[],
  overrides: BlockTransactionSpec = {},
): BlockTransactionSpec {
  return recordingSpec(acts, { at: AT, endorse: by(operator, auditor), ...overrides });
}

/** Two authorities registered by the first block, a licence issued by the next. */
async function goodChain(signedBy: TestOrderer | null = orderer): Promise<TestChain> {
  const chain = new TestChain('', signedBy);
  const { registrar, issuer } = city;
  const founding = recording([await registerAct(city, registrar), await registerAct(city, issuer)]);
  const authorities = [authorityWrite(registrar), authorityWrite(issuer)];
  chain.add({ ...founding, writes: [...founding.writes!, ...authorities] });
  chain.add(recording([await issueAct(city, 'V1'), await issueAct(city, 'V2')]));
  return chain;
}

async function verify(
  chain: TestChain,
  overrides: Partial<ChannelVerificationOptions> = {},
): Promise<readonly string[]> {
  const result = await verifyChannel({
    transport: {
      ...{ mspId: 'OperatorMSP', organisations: ['OperatorMSP', 'AuditorMSP'], channel: 'yinxin' },
      evaluate: () => Promise.resolve(encodeMessage([1, chain.blocks.length])),
      async *blocks(from) {
        yield* chain.blocks.slice(from);
        await Promise.resolve();
      },
    },
    ...{ chaincode: 'yinxin', indexFile: join(folder, 'none.db') },
    ...overrides,
  });
  return result.faults.map(({ code, block }) => `${code} ${block ?? '-'}`);
}

function indexOf(chain: TestChain): string {
  const file = join(folder, `${++indexes}.db`);
  const index = openLogIndex(file, 'yinxin');
  for (const bytes of chain.blocks) index.append(parseBlock(bytes));
  index.close();
  return file;
}

const roots = (
  ...organisations: readonly TestOrganisation[]
): ChannelVerificationOptions['anchors'] => organisations.map(({ ca }) => ca.certificate);

describe('a channel as it was recorded', () => {
  it('has no fault', async () => {
    const chain = await goodChain();
    chain.add({ validationCode: 10, endorse: by(operator) }, { chaincode: 'other' });
    const anchors = roots(operator, auditor)!;

    expect(await verify(chain)).toEqual([]);
    expect(await verify(chain, { anchors, indexFile: indexOf(chain) })).toEqual([]);
  });

  it('agrees with an index that is not level yet', async () => {
    const chain = await goodChain();
    const indexFile = indexOf(chain);
    chain.add(recording([await issueAct(city, 'V9')]));

    expect(await verify(chain, { indexFile })).toEqual([]);
  });
});

describe('verifyChannel finds', () => {
  it.each<[string, () => Endorse]>([
    ['no endorsement', () => by()],
    ['one organisation alone', () => by(operator, operator)],
    ['another organisation in the place of one', () => by(operator, buildOrganisation('ThirdMSP'))],
    [
      'a signature over something else',
      () => (response) => [
        ...by(operator)(response),
        ...by(auditor)(Buffer.concat([response, Buffer.from('x')])),
      ],
    ],
  ])('a transaction with %s', async (_, forge) => {
    const chain = await goodChain();
    chain.add(recording([await issueAct(city, 'V3')], { endorse: forge() }));

    expect(await verify(chain)).toEqual(['ENDORSEMENT_INVALID 3']);
  });

  it.each<[string, () => readonly TestOrganisation[]]>([
    ['a peer of a foreign root', () => [operator, buildOrganisation('AuditorMSP')]],
    [
      'a client in the place of a peer',
      () => [operator, buildOrganisation('AuditorMSP', { ca: auditor.ca, unit: 'client' })],
    ],
    [
      'both organisations under one root',
      () => [operator, buildOrganisation('AuditorMSP', { ca: operator.ca })],
    ],
  ])('an endorsement by %s, under given roots', async (_, organisations) => {
    const chain = await goodChain();
    chain.add(recording([await issueAct(city, 'V4')], { endorse: by(...organisations()) }));

    expect(await verify(chain, { anchors: roots(operator, auditor)! })).toEqual([
      'ENDORSEMENT_INVALID 3',
    ]);
  });

  it('acts that are not those under the root', async () => {
    const chain = await goodChain();
    const [one, other] = [await issueAct(city, 'V5'), await issueAct(city, 'V6')];
    chain.add({ ...recording([one]), args: [canonicalise([other])] });

    expect(await verify(chain)).toEqual(['BATCH_ROOT_MISMATCH 3']);
  });

  it('an act that its authority did not sign', async () => {
    const chain = await goodChain();
    const [act, other] = [await issueAct(city, 'V7'), await issueAct(city, 'V8')];
    chain.add(recording([{ act: act.act, signature: other.signature }]));

    expect(await verify(chain)).toEqual(['ACT_SIGNATURE_INVALID 3']);
  });

  it('a block that no orderer signed', async () => {
    expect(await verify(await goodChain(null))).toEqual([
      ...['BLOCK_SIGNATURE_INVALID 1', 'BLOCK_SIGNATURE_INVALID 2'],
    ]);
  });

  it('a block that does not follow the one before', async () => {
    const [chain, other] = [await goodChain(), await goodChain()];
    chain.blocks[2] = other.blocks[2]!;

    expect(await verify(chain)).toEqual(['CHAIN_BROKEN 2']);
  });

  it('a block whose transactions were changed', async () => {
    const chain = await goodChain();
    const bytes = Buffer.from(chain.blocks[2]!);
    bytes.set(Buffer.from('fraud'), bytes.indexOf('issue'));
    chain.blocks[2] = bytes;

    expect(await verify(chain)).toEqual(['CHAIN_BROKEN 2']);
  });

  it('an index of other blocks', async () => {
    expect(await verify(await goodChain(), { indexFile: indexOf(await goodChain()) })).toEqual([
      'LOG_MISMATCH -',
    ]);
  });

  it('a log that does not extend a checkpoint', async () => {
    const chain = await goodChain();
    const note = (size: number): Promise<string> =>
      signCheckpoint({ origin: ORIGIN, size, rootHash: new Uint8Array(32) }, city.node);

    expect(await verify(chain, { checkpoints: [await note(1), await note(99)] })).toEqual([
      ...['CHECKPOINT_MISMATCH -', 'CHECKPOINT_MISMATCH -'],
    ]);
  });
});
