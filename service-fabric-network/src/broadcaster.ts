import { GRPC, toFailure, toNodeFault } from './failure.ts';
import type { NodeFault } from './failure.ts';
import { reach } from './reach.ts';
import type { Committer, SignedEnvelope } from './sdk.ts';

/** Hands signed transactions to the orderers: the last good one first. */
export class Broadcaster {
  readonly #orderers: readonly Committer[];
  readonly #timeoutMs: number;
  #preferred = 0;

  constructor(orderers: readonly Committer[], timeoutMs: number) {
    this.#orderers = orderers;
    this.#timeoutMs = timeoutMs;
  }

  /** @throws FabricFailure of stage `submit` when no orderer took it. An orderer that timed out may have it all the same. */
  async send(envelope: SignedEnvelope): Promise<void> {
    const faults: NodeFault[] = [];
    for (let tried = 0; tried < this.#orderers.length; tried += 1) {
      const place = (this.#preferred + tried) % this.#orderers.length;
      const fault = await this.#sendTo(this.#orderers[place], envelope);
      if (fault === null) {
        this.#preferred = place;
        return;
      }
      faults.push(fault);
    }
    const message = 'no orderer took the transaction';
    throw toFailure(
      'submit',
      message,
      faults.length > 0 ? faults : [{ grpcCode: GRPC.unavailable, message: 'no orderers known' }],
    );
  }

  async #sendTo(
    orderer: Committer | undefined,
    envelope: SignedEnvelope,
  ): Promise<NodeFault | null> {
    if (orderer === undefined) return null;
    try {
      await reach(orderer);
      const { status, info } = await orderer.sendBroadcast(envelope, this.#timeoutMs);
      if (status === 'SUCCESS') return null;
      const grpcCode = status === 'SERVICE_UNAVAILABLE' ? GRPC.unavailable : GRPC.aborted;
      return { grpcCode, message: `orderer response ${status}, ${info ?? ''}` };
    } catch (error) {
      return toNodeFault(error);
    }
  }
}
