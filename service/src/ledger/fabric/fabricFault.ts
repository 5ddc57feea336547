/** The one place where failures of Fabric become our codes. */
import { parseContractError } from '@yinxin/chaincode/model';

import { ServiceError } from '../../errors.ts';
import type { ErrorCode } from '../../errors.ts';
import { toServiceError as toContractFault } from '../contractFault.ts';
import { FabricFailure } from './transport.ts';

/** gRPC status codes that decide here. */
const GRPC = {
  CANCELLED: 1,
  DEADLINE_EXCEEDED: 4,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  UNAVAILABLE: 14,
} as const;

/** What one kind of failure means. Fabric tells kinds apart by prose alone: only here is it matched. */
interface Kind {
  readonly is: (failure: FabricFailure, texts: string) => boolean;
  readonly code: ErrorCode;
  readonly sentence: string;
  /** Whether the same call may succeed within a second or so. */
  readonly isPassing: boolean;
}

/** The first that fits counts. What contracts refuse is known before. */
const KINDS: readonly Kind[] = [
  {
    // the transaction id is ours and used once: it is on the ledger, and asking with the same acts tells where
    is: (_, texts) => texts.includes('duplicate transaction found'),
    code: 'LEDGER_OUTCOME_UNKNOWN',
    sentence: 'the ledger has the transaction already',
    isPassing: false,
  },
  {
    // no orderer took this one; earlier tries are the caller's to remember
    is: ({ stage, grpcCode }) => stage === 'submit' && grpcCode === GRPC.ABORTED,
    code: 'LEDGER_UNAVAILABLE',
    sentence: 'the ledger does not order the transaction',
    isPassing: false,
  },
  {
    is: ({ stage }) => stage === 'submit' || stage === 'commitStatus',
    code: 'LEDGER_OUTCOME_UNKNOWN',
    sentence: 'the ledger has not said whether the transaction is recorded',
    isPassing: true,
  },
  {
    // also while one organisation's peer is a block behind: only who tried again may say so
    is: (_, texts) => texts.includes('ProposalResponsePayloads do not match'),
    code: 'LEDGER_DIVERGED',
    sentence: 'the organisations answer differently',
    isPassing: true,
  },
  {
    is: (_, texts) => /chaincode response \d+,|status=500, message=/.test(texts),
    code: 'INTERNAL',
    sentence: 'the contract failed',
    isPassing: false,
  },
  {
    is: (_, texts) => /access denied|creator is malformed|creator org unknown/.test(texts),
    code: 'LEDGER_UNAVAILABLE',
    sentence: 'the ledger does not admit this service',
    isPassing: false,
  },
  {
    is: ({ grpcCode }, texts) =>
      grpcCode === GRPC.RESOURCE_EXHAUSTED || texts.includes('too many requests'),
    code: 'LEDGER_UNAVAILABLE',
    sentence: 'too many calls to the ledger are under way',
    isPassing: false,
  },
  {
    is: ({ grpcCode }, texts) =>
      grpcCode === GRPC.CANCELLED ||
      grpcCode === GRPC.DEADLINE_EXCEEDED ||
      /DeadlineExceeded|timeout expired/.test(texts),
    code: 'LEDGER_UNAVAILABLE',
    sentence: 'the ledger did not answer in time',
    isPassing: false,
  },
  {
    is: ({ grpcCode }) => grpcCode === GRPC.FAILED_PRECONDITION || grpcCode === GRPC.ABORTED,
    code: 'LEDGER_UNAVAILABLE',
    sentence: 'too few organisations endorse at present',
    isPassing: true,
  },
  {
    is: () => true,
    code: 'LEDGER_UNAVAILABLE',
    sentence: 'the ledger cannot be reached',
    isPassing: true,
  },
];

/** Validation codes (`peer.TxValidationCode`) that say more than "without effect". */
const VALIDATION: Readonly<Record<number, readonly [code: ErrorCode, sentence: string]>> = {
  9: ['LEDGER_OUTCOME_UNKNOWN', 'the ledger has the transaction already'], // DUPLICATE_TXID
  10: ['LEDGER_DIVERGED', 'the endorsements do not meet the policy of the ledger'], // ENDORSEMENT_POLICY_FAILURE
  11: ['LEDGER_CONFLICT', 'another transaction was faster'], // MVCC_READ_CONFLICT
  12: ['LEDGER_CONFLICT', 'another transaction was faster'], // PHANTOM_READ_CONFLICT
  17: ['LEDGER_CONFLICT', 'the contract was replaced meanwhile'], // EXPIRED_CHAINCODE
  18: ['LEDGER_CONFLICT', 'the contract was replaced meanwhile'], // CHAINCODE_VERSION_CONFLICT
};

/** Longest text of a peer that is kept as a cause. */
const MAX_TEXT = 2_000;

/**
 * Says a failed call to Fabric in our own words. Texts of peers stay inside, as the cause, and without certificates.
 *
 * @returns a `ServiceError` as it is; else `ACT_REFUSED` with the contract's own code and sentence, `LEDGER_UNAVAILABLE`
 * (nothing written), `LEDGER_OUTCOME_UNKNOWN`, `LEDGER_DIVERGED`, or `INTERNAL` for a fault of the program.
 */
export function toServiceError(failure: unknown): ServiceError {
  if (failure instanceof ServiceError) return failure;
  if (!(failure instanceof FabricFailure)) {
    return new ServiceError('INTERNAL', 'the client of the ledger failed', { cause: failure });
  }
  const refusal = contractTextOf(failure);
  if (refusal !== null) return toContractFault(withoutCertificates(refusal));
  const { code, sentence } = kindOf(failure);
  return new ServiceError(code, sentence, { cause: quiet(failure) });
}

/** Says why a block gave a transaction no effect; `code`: `peer.TxValidationCode`, not 0. */
export function validationFault(code: number): ServiceError {
  const known = VALIDATION[code];
  return known === undefined
    ? new ServiceError('LEDGER_UNAVAILABLE', `the ledger gave the transaction no effect (${code})`)
    : new ServiceError(...known);
}

/** Whether the same call may well succeed within a second or so, as after the restart of a peer. */
export function isPassing(failure: unknown): boolean {
  return (
    failure instanceof FabricFailure &&
    contractTextOf(failure) === null &&
    kindOf(failure).isPassing
  );
}

/** What a contract printed as its refusal; each peer has a text of its own. */
function contractTextOf({ stage, details, message }: FabricFailure): string | null {
  if (stage !== 'evaluate' && stage !== 'endorse') return null;
  return [...details, message].find((text) => parseContractError(text) !== null) ?? null;
}

function kindOf(failure: FabricFailure): Kind {
  const texts = [failure.message, ...failure.details].join('\n');
  const kind = KINDS.find(({ is }) => is(failure, texts));
  if (kind === undefined) throw new ServiceError('INTERNAL', 'no kind of failure fits'); // the last one always does
  return kind;
}

/** The same failure as a log may show it: without the client's own error, which holds all bytes received. */
function quiet({ stage, grpcCode, details, message }: FabricFailure): FabricFailure {
  return new FabricFailure({
    ...{ stage, grpcCode },
    details: details.slice(0, 10).map(withoutCertificates),
    message: withoutCertificates(message),
  });
}

function withoutCertificates(text: string): string {
  return text
    .slice(0, 4 * MAX_TEXT)
    .replace(/-----BEGIN[^]*?(?:-----END[^-]*-----|$)/g, '[PEM]')
    .replace(/[0-9a-f]{128,}/gi, '[hex]')
    .replace(/[\w+/=-]{128,}/g, '[bytes]')
    .slice(0, MAX_TEXT);
}
