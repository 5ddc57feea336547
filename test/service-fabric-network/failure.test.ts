import { describe, expect, it } from '@jest/globals';

import { toFailure, toNodeFault } from '../../service-fabric-network/src/failure.ts';
import { toServiceError } from '../../service/src/ledger/fabric/fabricFault.ts';
import type { FabricStage } from '../../service/src/ledger/fabric/transport.ts';

const plain = (message: string): Error => new Error(message);
const grpc = (code: number, message: string): Error => Object.assign(new Error(message), { code });

describe('toNodeFault', () => {
  it.each([
    ['a request timed out', plain('REQUEST TIMEOUT'), 4],
    ['an orderer timed out', plain('SYSTEM TIMEOUT'), 4],
    ['an orderer is away', plain('SERVICE UNAVAILABLE'), 14],
    ['a node was never reached', plain('peer0.operator is not connected'), 14],
    [
      'a connection came too late',
      plain('Failed to connect before the deadline on Endorser- name: peer0.auditor'),
      14,
    ],
    ['nobody tells who is there', plain('DiscoveryService has failed to return results'), 14],
    ['the client was closed', plain('The channel has been closed'), 14],
    ['the peer was killed', grpc(1, '1 CANCELLED: Call cancelled'), 14],
    ['the peer refuses connections', grpc(14, '14 UNAVAILABLE: No connection established.'), 14],
    ['the peer refuses the proposal', grpc(2, '2 UNKNOWN: access denied'), 2],
    ['a text is not known', plain('something else'), null],
    ['a code is no gRPC status', grpc(500, 'something else'), null],
  ])('tells the status when %s', (_, error, expected) => {
    expect(toNodeFault(error).grpcCode).toBe(expected);
  });

  it('takes what is no error', () => {
    expect(toNodeFault('gone')).toEqual({ grpcCode: null, message: 'gone' });
  });
});

/** As seen on a network of Fabric 3.1.5 with this client. */
const SEEN: readonly (readonly [
  situation: string,
  stage: FabricStage,
  said: readonly Error[],
  code: string,
])[] = [
  [
    'the contract refuses',
    'endorse',
    [
      grpc(2, 'chaincode response 500, SEAL_REVOKED: seal is revoked'),
      grpc(2, 'chaincode response 500, SEAL_REVOKED: seal is revoked'),
    ],
    'ACT_REFUSED',
  ],
  [
    'the contract refuses a query',
    'evaluate',
    [grpc(2, 'chaincode response 500, SEAL_REVOKED: seal is revoked')],
    'ACT_REFUSED',
  ],
  [
    'the contract refuses and the other organisation is away',
    'endorse',
    [
      grpc(2, 'chaincode response 500, SEAL_REVOKED: seal is revoked'),
      grpc(14, '14 UNAVAILABLE: No connection established.'),
    ],
    'ACT_REFUSED',
  ],
  [
    'the function is unknown',
    'endorse',
    [grpc(2, "chaincode response 500, You've asked to invoke a function that does not exist: x")],
    'INTERNAL',
  ],
  [
    'the chaincode is unknown',
    'endorse',
    [grpc(10, 'make sure the chaincode x has been successfully defined on channel yinxin')],
    'LEDGER_UNAVAILABLE',
  ],
  [
    'the chaincode is down',
    'endorse',
    [grpc(10, 'error in simulation: could not launch chaincode kv: connect: connection refused')],
    'LEDGER_UNAVAILABLE',
  ],
  [
    'the chaincode hangs',
    'endorse',
    [grpc(10, 'error in simulation: error sending: timeout expired while executing transaction')],
    'LEDGER_UNAVAILABLE',
  ],
  [
    'organisations answer differently',
    'endorse',
    [grpc(10, 'ProposalResponsePayloads do not match')],
    'LEDGER_DIVERGED',
  ],
  [
    'a peer is down',
    'endorse',
    [grpc(14, '14 UNAVAILABLE: No connection established. Last error: connect ECONNREFUSED')],
    'LEDGER_UNAVAILABLE',
  ],
  ['a peer says nothing', 'endorse', [plain('REQUEST TIMEOUT')], 'LEDGER_UNAVAILABLE'],
  [
    'the identity is not admitted',
    'endorse',
    [grpc(2, '2 UNKNOWN: error validating proposal: access denied: channel [yinxin]')],
    'LEDGER_UNAVAILABLE',
  ],
  ['the only orderer is down', 'submit', [plain('SERVICE UNAVAILABLE')], 'LEDGER_OUTCOME_UNKNOWN'],
  [
    'orderers have no leader',
    'submit',
    [grpc(14, 'orderer response SERVICE_UNAVAILABLE, no Raft leader')],
    'LEDGER_OUTCOME_UNKNOWN',
  ],
  [
    'every orderer refuses',
    'submit',
    [grpc(10, 'orderer response BAD_REQUEST, message payload is too large')],
    'LEDGER_UNAVAILABLE',
  ],
  [
    'one orderer refuses and one may have it',
    'submit',
    [grpc(10, 'orderer response FORBIDDEN, '), plain('REQUEST TIMEOUT')],
    'LEDGER_OUTCOME_UNKNOWN',
  ],
  [
    'one orderer refuses and one says something unknown',
    'submit',
    [grpc(10, 'orderer response FORBIDDEN, '), plain('SYSTEM ERROR')],
    'LEDGER_OUTCOME_UNKNOWN',
  ],
  [
    'the own peer is killed while waiting',
    'commitStatus',
    [grpc(1, '1 CANCELLED: Call cancelled')],
    'LEDGER_OUTCOME_UNKNOWN',
  ],
];

describe('toFailure', () => {
  it.each(SEEN)('becomes our code when %s', (_, stage, said, code) => {
    const failure = toFailure(stage, 'it failed', said.map(toNodeFault));

    expect(toServiceError(failure).code).toBe(code);
  });

  it('says once what several nodes say', () => {
    const fault = { grpcCode: 2, message: 'chaincode response 500, no' };

    expect(toFailure('endorse', 'it failed', [fault, fault]).details).toEqual([fault.message]);
  });
});
