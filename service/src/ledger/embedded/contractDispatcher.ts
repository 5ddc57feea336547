import { createRequire } from 'node:module';

import { EmbeddedStub } from './embeddedStub.ts';
import type { StateView, TransactionContext } from './embeddedStub.ts';
import type { StateWrite } from './blockFormat.ts';

/** A Fabric contract class. */
export type ContractClass = new () => object;

/** What one call of a transaction function yields: its answer and what it would write. */
export interface Invocation {
  /** False: the function threw, `response` is its message, and nothing is to be written. */
  readonly isOk: boolean;
  readonly response: string;
  readonly writes: readonly StateWrite[];
}

/** Calls transaction functions of contracts. */
export interface ContractDispatcher {
  invoke(state: StateView, context: TransactionContext): Promise<Invocation>;
}

interface ShimChaincode {
  Invoke(stub: EmbeddedStub): Promise<{ status: number; message: string; payload: Uint8Array }>;
}
type ShimClass = new (
  contracts: ContractClass[],
  serializers: object,
  metadata: object,
) => ShimChaincode;

/** A response from here on is an error (fabric-shim, `RESPONSE_CODE.ERRORTHRESHOLD`). */
const ERROR_STATUS = 400;

/** Puts contract classes behind the dispatcher that fabric-shim itself runs on a peer. */
export function createDispatcher(contracts: readonly ContractClass[]): ContractDispatcher {
  const require = createRequire(import.meta.url);
  // The shim has no types for its inside; it adds its system contract to the array it is given.
  const Shim = require('fabric-shim/lib/contract-spi/chaincodefromcontract') as ShimClass;
  const serializer = require('fabric-contract-api/lib/jsontransactionserializer') as unknown;
  const serializers = {
    transaction: 'jsonSerializer',
    serializers: { jsonSerializer: serializer },
  };
  const shim = new Shim([...contracts], serializers, {});
  return {
    async invoke(state, context) {
      const stub = new EmbeddedStub(state, context);
      const answer = await shim.Invoke(stub);
      if (answer.status >= ERROR_STATUS)
        return { isOk: false, response: answer.message, writes: [] };
      return {
        isOk: true,
        response: Buffer.from(answer.payload).toString('utf8'),
        writes: stub.writeSet(),
      };
    },
  };
}
