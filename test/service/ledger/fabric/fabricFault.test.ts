import { inspect } from 'node:util';

import { describe, expect, it } from '@jest/globals';
import { ServiceError } from '../../../../service/src/errors.ts';
import {
  isPassing,
  toServiceError,
  validationFault,
} from '../../../../service/src/ledger/fabric/fabricFault.ts';
import { FabricFailure } from '../../../../service/src/ledger/fabric/transport.ts';
import type { FabricStage } from '../../../../service/src/ledger/fabric/transport.ts';

const COLLECT =
  'failed to collect enough transaction endorsements, see attached details for more info';
const ENDORSE = 'failed to endorse transaction, see attached details for more info';
const HEX = '0a0b4f70657261746f724d535012c6072d2d2d2d2d424547494e'.repeat(20);
const PEM = `-----BEGIN CERTIFICATE-----\n${'MIIB'.repeat(200)}\n-----END CERTIFICATE-----`;

interface Row {
  readonly name: string;
  readonly stage: FabricStage;
  readonly grpcCode: number | null;
  readonly message: string;
  readonly details?: readonly string[];
  readonly code: string;
  readonly sentence?: string;
  readonly passes?: boolean;
}

/** What Fabric 3.1.5 says by its gateway client 1.12.1, and what becomes of it. */
const ROWS: readonly Row[] = [
  {
    name: 'a refusal of the contract, endorsing',
    ...{ stage: 'endorse', grpcCode: 10, message: `10 ABORTED: ${ENDORSE}` },
    details: ['chaincode response 500, SEAL_REVOKED: seal 1 is revoked'],
    ...{ code: 'ACT_REFUSED', sentence: 'SEAL_REVOKED: seal 1 is revoked' },
  },
  {
    name: 'the same refusal from both organisations',
    ...{ stage: 'endorse', grpcCode: 10, message: `10 ABORTED: ${COLLECT}` },
    details: [
      'chaincode response 500, ACTS_MALFORMED: /0 is no act',
      'chaincode response 500, ACTS_MALFORMED: /0 is no act',
    ],
    ...{ code: 'ACT_REFUSED', sentence: 'ACTS_MALFORMED: /0 is no act' },
  },
  {
    name: 'a refusal of the contract, evaluating',
    ...{ stage: 'evaluate', grpcCode: 2 },
    message:
      '2 UNKNOWN: evaluate call to endorser returned error: chaincode response 500, KEYS_MALFORMED: the key is no place',
    details: ['chaincode response 500, KEYS_MALFORMED: the key is no place'],
    ...{ code: 'ACT_REFUSED', sentence: 'KEYS_MALFORMED: the key is no place' },
  },
  {
    name: 'a refusal by the older client',
    ...{ stage: 'endorse', grpcCode: null },
    message:
      'No valid responses from any peers. Errors:\n    peer=peer0, status=500, message=SEAL_REVOKED: seal 1 is revoked',
    details: ['SEAL_REVOKED: seal 1 is revoked'],
    ...{ code: 'ACT_REFUSED', sentence: 'SEAL_REVOKED: seal 1 is revoked' },
  },
  {
    name: 'a fault of the contract',
    ...{ stage: 'endorse', grpcCode: 10, message: `10 ABORTED: ${ENDORSE}` },
    details: ["chaincode response 500, Cannot read properties of undefined (reading 'x')"],
    code: 'INTERNAL',
  },
  {
    name: 'an unknown function',
    ...{ stage: 'evaluate', grpcCode: 2 },
    message:
      "2 UNKNOWN: evaluate call to endorser returned error: chaincode response 500, You've asked to invoke a function that does not exist: nothing",
    code: 'INTERNAL',
  },
  {
    name: 'a wrong number of arguments',
    ...{ stage: 'evaluate', grpcCode: 2 },
    message:
      '2 UNKNOWN: evaluate call to endorser returned error: chaincode response 500, Expected 1 parameters, but 0 have been supplied',
    code: 'INTERNAL',
  },
  {
    name: 'an unknown chaincode, evaluating',
    ...{ stage: 'evaluate', grpcCode: 9 },
    message: '9 FAILED_PRECONDITION: no peers available to evaluate chaincode x in channel yinxin',
    ...{ code: 'LEDGER_UNAVAILABLE', passes: true },
  },
  {
    name: 'an unknown chaincode, endorsing',
    ...{ stage: 'endorse', grpcCode: 9 },
    message:
      '9 FAILED_PRECONDITION: no combination of peers can be derived which satisfy the endorsement policy: No metadata was found for chaincode x in channel yinxin',
    ...{ code: 'LEDGER_UNAVAILABLE', passes: true },
  },
  {
    name: 'an unknown channel',
    ...{ stage: 'evaluate', grpcCode: 14 },
    message: '14 UNAVAILABLE: failed to get config for channel [x]',
    ...{ code: 'LEDGER_UNAVAILABLE', passes: true },
  },
  {
    name: 'an organisation without peers',
    ...{ stage: 'endorse', grpcCode: 14 },
    message: '14 UNAVAILABLE: failed to find any endorsing peers for org(s): AuditorMSP',
    ...{ code: 'LEDGER_UNAVAILABLE', passes: true },
  },
  {
    name: 'different answers',
    ...{ stage: 'endorse', grpcCode: 10, message: `10 ABORTED: ${COLLECT}` },
    details: ['ProposalResponsePayloads do not match (base64): abc vs def'],
    ...{ code: 'LEDGER_DIVERGED', passes: true },
  },
  {
    name: 'a wrong key',
    ...{ stage: 'endorse', grpcCode: 10, message: `10 ABORTED: ${ENDORSE}` },
    details: [
      'error validating proposal: access denied: channel [yinxin] creator org [OperatorMSP]',
    ],
    ...{ code: 'LEDGER_UNAVAILABLE', sentence: 'the ledger does not admit this service' },
  },
  {
    name: 'a wrong role',
    ...{ stage: 'evaluate', grpcCode: 9 },
    message:
      '9 FAILED_PRECONDITION: evaluate call to endorser returned error: error validating proposal: access denied: channel [yinxin] creator org [OperatorMSP]',
    ...{ code: 'LEDGER_UNAVAILABLE', sentence: 'the ledger does not admit this service' },
  },
  {
    name: 'a certificate of somebody else',
    ...{ stage: 'endorse', grpcCode: 10, message: `10 ABORTED: ${ENDORSE}` },
    details: [
      'error validating proposal: access denied: channel [yinxin] creator org unknown, creator is malformed',
    ],
    ...{ code: 'LEDGER_UNAVAILABLE', sentence: 'the ledger does not admit this service' },
  },
  {
    name: 'a proposal endorsed after its commit',
    ...{ stage: 'endorse', grpcCode: 10, message: `10 ABORTED: ${ENDORSE}` },
    details: [`error validating proposal: duplicate transaction found [ab]. Creator [${HEX}]`],
    code: 'LEDGER_OUTCOME_UNKNOWN',
  },
  {
    name: "the other organisation's chaincode down",
    ...{ stage: 'endorse', grpcCode: 10, message: `10 ABORTED: ${COLLECT}` },
    details: [
      'error in simulation: failed to execute transaction ab: could not launch chaincode yinxin:1: connection to yinxin:1 failed: connect: connection refused',
    ],
    ...{ code: 'LEDGER_UNAVAILABLE', passes: true },
  },
  {
    name: 'a chaincode killed during the call',
    ...{ stage: 'endorse', grpcCode: 10, message: `10 ABORTED: ${COLLECT}` },
    details: ['error in simulation: error sending: chaincode stream terminated'],
    ...{ code: 'LEDGER_UNAVAILABLE', passes: true },
  },
  {
    name: 'a chaincode that hangs',
    ...{ stage: 'endorse', grpcCode: 10, message: `10 ABORTED: ${COLLECT}` },
    details: ['rpc error: code = DeadlineExceeded desc = context deadline exceeded'],
    ...{ code: 'LEDGER_UNAVAILABLE', sentence: 'the ledger did not answer in time' },
  },
  {
    name: 'a chaincode that is too slow',
    ...{ stage: 'endorse', grpcCode: 10, message: `10 ABORTED: ${COLLECT}` },
    details: ['error in simulation: timeout expired while executing transaction'],
    ...{ code: 'LEDGER_UNAVAILABLE', sentence: 'the ledger did not answer in time' },
  },
  {
    name: 'the other peer killed',
    ...{ stage: 'endorse', grpcCode: 10, message: `10 ABORTED: ${COLLECT}` },
    details: ['rpc error: code = Unavailable desc = connection error: connection refused'],
    ...{ code: 'LEDGER_UNAVAILABLE', passes: true },
  },
  {
    name: 'the other peer down for long',
    ...{ stage: 'endorse', grpcCode: 9 },
    message:
      '9 FAILED_PRECONDITION: no combination of peers can be derived which satisfy the endorsement policy',
    ...{ code: 'LEDGER_UNAVAILABLE', passes: true },
  },
  {
    name: 'the gateway peer down',
    ...{ stage: 'endorse', grpcCode: 14 },
    message:
      '14 UNAVAILABLE: No connection established. Last error: Error: connect ECONNREFUSED 127.0.0.1:28051',
    ...{ code: 'LEDGER_UNAVAILABLE', sentence: 'the ledger cannot be reached', passes: true },
  },
  {
    name: 'the gateway peer dying before the commit',
    ...{ stage: 'commitStatus', grpcCode: 14, message: '14 UNAVAILABLE: Connection dropped' },
    ...{ code: 'LEDGER_OUTCOME_UNKNOWN', passes: true },
  },
  {
    name: 'no orderer',
    ...{ stage: 'submit', grpcCode: 14 },
    message: '14 UNAVAILABLE: no orderers could successfully process transaction',
    details: ['rpc error: code = Unavailable desc = connection error: connection refused'],
    ...{ code: 'LEDGER_OUTCOME_UNKNOWN', passes: true },
  },
  {
    name: 'an orderer that turns the transaction down',
    ...{ stage: 'submit', grpcCode: 10 },
    message:
      '10 ABORTED: received unsuccessful response from orderer: status=FORBIDDEN, info=permission denied',
    code: 'LEDGER_UNAVAILABLE',
  },
  ...([1, 4] as const).map((grpcCode): Row => ({
    name: `a deadline of ours, endorsing, as ${grpcCode}`,
    ...{ stage: 'endorse', grpcCode, message: `${grpcCode}: context canceled` },
    ...{ code: 'LEDGER_UNAVAILABLE', sentence: 'the ledger did not answer in time' },
  })),
  {
    name: 'a deadline of ours, submitting',
    ...{ stage: 'submit', grpcCode: 4, message: '4 DEADLINE_EXCEEDED: Deadline exceeded' },
    ...{ code: 'LEDGER_OUTCOME_UNKNOWN', passes: true },
  },
  {
    name: 'a deadline of ours, waiting for the block',
    ...{ stage: 'commitStatus', grpcCode: 4, message: '4 DEADLINE_EXCEEDED: Deadline exceeded' },
    ...{ code: 'LEDGER_OUTCOME_UNKNOWN', passes: true },
  },
  {
    name: 'too many calls',
    ...{ stage: 'evaluate', grpcCode: 2 },
    message: '2 UNKNOWN: too many requests for /gateway.Gateway, exceeding concurrency limit (500)',
    ...{ code: 'LEDGER_UNAVAILABLE', sentence: 'too many calls to the ledger are under way' },
  },
  {
    name: 'an answer that is too large',
    ...{ stage: 'endorse', grpcCode: 8 },
    message: '8 RESOURCE_EXHAUSTED: Received message larger than max (104857601 vs 104857600)',
    code: 'LEDGER_UNAVAILABLE',
  },
  {
    name: 'a stream of blocks that broke',
    ...{ stage: 'blocks', grpcCode: 14, message: '14 UNAVAILABLE: read ECONNRESET' },
    ...{ code: 'LEDGER_UNAVAILABLE', passes: true },
  },
];

function failureOf({ stage, grpcCode, message, details = [] }: Row): FabricFailure {
  const cause = Object.assign(new Error(message), { metadata: PEM });
  return new FabricFailure({ stage, grpcCode, message, details }, { cause });
}

describe('a failure of Fabric', () => {
  it.each(ROWS)('$name is $code', (row) => {
    const fault = toServiceError(failureOf(row));

    expect(fault).toBeInstanceOf(ServiceError);
    expect(fault.code).toBe(row.code);
    expect(fault.message).toMatch(
      row.sentence === undefined ? /^[a-z ]+$/ : new RegExp(`^${row.sentence}$`),
    );
    expect(isPassing(failureOf(row))).toBe(row.passes ?? false);
  });

  it.each(ROWS)('$name tells the client nothing of peers', (row) => {
    const { message } = toServiceError(failureOf(row));

    expect(message).not.toMatch(/\d+\.\d+\.\d+\.\d+|MSP|rpc|chaincode|gRPC|[0-9a-f]{32}/);
  });

  it('keeps no certificate in what a log could print', () => {
    const failure = new FabricFailure(
      {
        ...{ stage: 'endorse', grpcCode: 10, message: `10 ABORTED: ${PEM}` },
        details: [`Creator [${HEX}]`, PEM.slice(0, 300), Buffer.from(PEM).toString('base64')],
      },
      { cause: Object.assign(new Error(PEM), { metadata: HEX }) },
    );

    const printed = inspect(toServiceError(failure), { depth: null });

    expect(printed).toMatch(/\[PEM\]/);
    expect(printed).toMatch(/\[hex\]/);
    expect(printed).not.toMatch(/MIIB|TUlJQ|0a0b4f70/);
  });

  it('cuts what a peer could make endless', () => {
    const endless = failureOf({
      ...{ name: '', code: '', stage: 'endorse', grpcCode: 10, message: 'x' },
      details: ['a b '.repeat(1_000_000), ...Array.from({ length: 1000 }, () => 'more')],
    });

    const { cause } = toServiceError(endless);

    expect(inspect(cause).length).toBeLessThan(20_000);
  });

  it('takes the contract at its word only where the contract was asked', () => {
    const failure = failureOf({
      ...{ name: '', code: '', stage: 'submit', grpcCode: 14 },
      message: 'SEAL_REVOKED: seal 1 is revoked',
    });

    expect(toServiceError(failure).code).toBe('LEDGER_OUTCOME_UNKNOWN');
  });

  it('leaves our own errors as they are', () => {
    const fault = new ServiceError('LEDGER_CORRUPT', 'block 1 is missing');

    expect(toServiceError(fault)).toBe(fault);
  });

  it('is a fault of the program when it is nothing that a client of Fabric throws', () => {
    const fault = toServiceError(new TypeError('secret'));

    expect(fault).toMatchObject({ code: 'INTERNAL', message: 'the client of the ledger failed' });
  });
});

describe('a transaction without effect', () => {
  it.each([
    [9, 'LEDGER_OUTCOME_UNKNOWN'],
    [10, 'LEDGER_DIVERGED'],
    [11, 'LEDGER_CONFLICT'],
    [12, 'LEDGER_CONFLICT'],
    [17, 'LEDGER_CONFLICT'],
    [18, 'LEDGER_CONFLICT'],
    [4, 'LEDGER_UNAVAILABLE'],
    [254, 'LEDGER_UNAVAILABLE'],
    [255, 'LEDGER_UNAVAILABLE'],
  ])('with validation code %d is %s', (validation, code) => {
    expect(validationFault(validation).code).toBe(code);
  });
});
