import type {
  EndorsedTransaction,
  FabricTransport,
} from '../../service/src/ledger/fabric/transport.ts';

/** Where a client's work with Fabric is interrupted. */
export interface Interruptions {
  /** After an orderer acknowledged a transaction, before anybody asks for its status. */
  readonly afterSubmit?: () => Promise<void>;
  /** Asked before each block is handed on: `true` breaks the stream. */
  readonly isStreamCut?: () => boolean;
}

/** A transport that is real but for its interruptions. */
export function interruptedTransport(
  real: FabricTransport,
  { afterSubmit, isStreamCut }: Interruptions,
): FabricTransport {
  return {
    ...{ mode: real.mode, mspId: real.mspId, channel: real.channel },
    organisations: real.organisations,
    evaluate: (call, organisation) => real.evaluate(call, organisation),
    async endorse(call, organisations) {
      const endorsed = await real.endorse(call, organisations);
      return { ...copyOf(endorsed), submit: () => endorsed.submit().then(afterSubmit) };
    },
    async *blocks(from, signal) {
      for await (const block of real.blocks(from, signal)) {
        if (isStreamCut?.() === true) throw new Error('the stream is cut');
        yield block;
      }
    },
    close: () => real.close(),
  };
}

function copyOf(endorsed: EndorsedTransaction): EndorsedTransaction {
  const { txId, result, envelope } = endorsed;
  return {
    ...{ txId, result, envelope },
    submit: () => endorsed.submit(),
    commitStatus: () => endorsed.commitStatus(),
  };
}
