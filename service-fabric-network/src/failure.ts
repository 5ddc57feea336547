import { FabricFailure } from '../../service/src/ledger/fabric/transport.ts';
import type { FabricStage } from '../../service/src/ledger/fabric/transport.ts';

/** gRPC status codes as gateways use them, so that one table tells what a failure means. */
export const GRPC = {
  cancelled: 1,
  unknown: 2,
  deadlineExceeded: 4,
  failedPrecondition: 9,
  aborted: 10,
  unavailable: 14,
} as const;

/** What one node said, or what the client said about it. */
export interface NodeFault {
  readonly grpcCode: number | null;
  readonly message: string;
}

/** Texts of the archived client that stand for a status which it dropped. */
const TEXTS: readonly (readonly [RegExp, number])[] = [
  [/^(REQUEST|SYSTEM) TIMEOUT$/, GRPC.deadlineExceeded],
  [/^SERVICE UNAVAILABLE$/, GRPC.unavailable],
  [/is not connected$/, GRPC.unavailable],
  [/^Failed to connect before the deadline/, GRPC.unavailable],
  [/^DiscoveryService has failed to return results$/, GRPC.unavailable],
  [/channel has been closed|grpc service has not been started/i, GRPC.unavailable],
];

/** Reads what the archived client threw: a gRPC status, or a plain `Error` with a text of its own. */
export function toNodeFault(error: unknown): NodeFault {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? error.code : null;
  // nobody cancels calls here: so says gRPC when the other end was killed
  if (code === GRPC.cancelled) return { grpcCode: GRPC.unavailable, message };
  if (typeof code === 'number' && code > 0 && code <= 16) return { grpcCode: code, message };
  return { grpcCode: TEXTS.find(([text]) => text.test(message))?.[1] ?? null, message };
}

/**
 * Puts what several nodes said into one failure. Nodes that disagree leave no single status: then it is ABORTED, as gateways
 * have it; after `submit` only when every orderer refused, because any other status means that one may have taken it.
 *
 * @param faults - at least one.
 * @param message - what was tried.
 */
export function toFailure(
  stage: FabricStage,
  message: string,
  faults: readonly NodeFault[],
): FabricFailure {
  return new FabricFailure({
    stage,
    grpcCode: statusOf(
      stage,
      faults.map((fault) => fault.grpcCode),
    ),
    details: [...new Set(faults.map((fault) => fault.message))],
    message,
  });
}

function statusOf(stage: FabricStage, codes: readonly (number | null)[]): number | null {
  const [first = null, ...others] = codes;
  if (stage === 'submit') {
    const [unknown = GRPC.aborted] = codes.filter((code) => code !== GRPC.aborted);
    return unknown;
  }
  return others.every((code) => code === first) ? first : GRPC.aborted;
}
