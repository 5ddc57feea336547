import { beforeAll, describe, expect, it } from '@jest/globals';

import { endorseBatches } from '../../../../service/src/ledger/fabric/endorsedRead.ts';
import { FabricFailure } from '../../../../service/src/ledger/fabric/transport.ts';
import type {
  FabricCall,
  FabricTransport,
} from '../../../../service/src/ledger/fabric/transport.ts';
import type { EndorsedRead } from '../../../../service/src/ledger/ledger.ts';
import { toProvenRead } from '../../../../service/src/ledger/proofFormat.ts';
import { buildEndorsedRead, buildOrganisation, endorse } from '../../../support/endorsedReads.ts';
import type { ReadOverrides, TestOrganisation } from '../../../support/endorsedReads.ts';
import { encodeMessage } from '../../../support/fabricMessages.ts';

const ROOT = 'a'.repeat(64);
const BATCH = { schemaVersion: 1, root: ROOT, size: 1, at: 'then', submitterMspId: 'OperatorMSP' };
const ORGANISATIONS = ['OperatorMSP', 'AuditorMSP'];

let organisations: readonly TestOrganisation[];
beforeAll(() => {
  organisations = ORGANISATIONS.map((mspId) => buildOrganisation(mspId));
});

function built(overrides: ReadOverrides = {}): EndorsedRead {
  return buildEndorsedRead(organisations, [BATCH], overrides);
}

/** The envelope that a client puts together from endorsements. */
function envelopeOf(read: EndorsedRead): Uint8Array {
  const endorsements = read.endorsements.map(
    ({ endorser, signature }) => [2, encodeMessage([1, endorser], [2, signature])] as const,
  );
  const endorsed = encodeMessage([1, read.response], ...endorsements);
  const action = encodeMessage([1, read.proposal], [2, endorsed]);
  const transaction = encodeMessage([1, encodeMessage([1, read.signatureHeader], [2, action])]);
  const header = encodeMessage([1, read.channelHeader], [2, read.signatureHeader]);
  return encodeMessage([1, encodeMessage([1, header], [2, transaction])]);
}

interface Asked {
  readonly call: FabricCall;
  readonly organisations: readonly string[] | undefined;
}

/** A client of Fabric that gives one answer after the other, the last one for ever. */
function transportOf(...answers: readonly (Uint8Array | FabricFailure)[]): {
  readonly transport: FabricTransport;
  readonly asked: readonly Asked[];
} {
  const asked: Asked[] = [];
  const unused = (): never => {
    throw new Error('not asked for');
  };
  const transport: FabricTransport = {
    ...{ mode: 'fabric', mspId: 'OperatorMSP', organisations: ORGANISATIONS, channel: 'yinxin' },
    ...{ evaluate: unused, blocks: unused, close: unused },
    endorse(call, from) {
      const answer = answers[asked.length] ?? answers.at(-1)!;
      asked.push({ call, organisations: from });
      if (answer instanceof FabricFailure) return Promise.reject(answer);
      const result = new Uint8Array();
      const sent = { submit: unused, commitStatus: unused };
      return Promise.resolve({ txId: '', result, envelope: answer, ...sent });
    },
  };
  return { transport, asked };
}

function failure(message: string, grpcCode = 10): FabricFailure {
  return new FabricFailure({ stage: 'endorse', grpcCode, details: [message], message });
}

describe('endorseBatches', () => {
  it('asks every organisation, and hands out what they signed', async () => {
    const read = built();
    const { transport, asked } = transportOf(envelopeOf(read));

    const given = await endorseBatches(transport, [ROOT], 'yinxin');

    expect(toProvenRead(given)).toEqual(toProvenRead(read));
    expect(asked).toEqual([
      {
        call: {
          chaincode: 'yinxin',
          function: 'usage:read',
          args: [`[{"attributes":["${ROOT}"],"objectType":"batch"}]`],
        },
        organisations: ORGANISATIONS,
      },
    ]);
  });

  it('asks again while a peer is a block behind', async () => {
    const behind = failure('ProposalResponsePayloads do not match');
    const { transport, asked } = transportOf(behind, behind, envelopeOf(built()));

    await endorseBatches(transport, [ROOT], 'yinxin');

    expect(asked).toHaveLength(3);
  });

  it.each<[string, string, () => Uint8Array | FabricFailure]>([
    [
      'a batch that is not there yet',
      'PROOF_NOT_READY',
      () => envelopeOf(built({ result: '[null]' })),
    ],
    ['a deadline', 'LEDGER_UNAVAILABLE', () => failure('timeout expired', 4)],
    ['bytes that are no envelope', 'LEDGER_CORRUPT', () => Uint8Array.of(0xff)],
    ['an answer of another kind', 'LEDGER_DIVERGED', () => envelopeOf(built({ result: '{}' }))],
    ['another channel', 'LEDGER_DIVERGED', () => envelopeOf(built({ channel: 'trial' }))],
    [
      'a wrong signature',
      'LEDGER_DIVERGED',
      () => {
        const read = built();
        const wrong = endorse(organisations[1]!, read.proposal);
        return envelopeOf({ ...read, endorsements: [read.endorsements[0]!, wrong] });
      },
    ],
  ])('throws for %s: %s', async (_, code, answer) => {
    const { transport } = transportOf(answer());

    await expect(endorseBatches(transport, [ROOT], 'yinxin')).rejects.toMatchObject({ code });
  });
});
