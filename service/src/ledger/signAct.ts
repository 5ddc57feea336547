import {
  canonicalBytes,
  type Act,
  type ActBodies,
  type ActName,
  type SignedAct,
} from '@yinxin/chaincode/model';
import type { Clock } from '../clock.ts';
import type { Signer } from '../keys/signer.ts';
import { ulid } from '../ulid.ts';

/** Who acts: an authority, and people as keyed hashes. */
export interface ActPeople {
  /** Credit code. */
  readonly authority: string;
  readonly maker: string;
  readonly approver?: string | undefined;
}

/**
 * Makes an act and signs its canonical bytes with the authority's act key (ES256).
 *
 * @param signer - of purpose `act`.
 * @throws ServiceError `KEY_UNFIT` if the key may not sign now.
 */
export async function signAct<N extends ActName>(
  parts: Readonly<{ clock: Clock; signer: Signer }>,
  name: N,
  body: ActBodies[N],
  people: ActPeople,
): Promise<SignedAct<N>> {
  const at = parts.clock.now();
  const act: Act<N> = {
    act: name,
    schemaVersion: 1,
    id: ulid(at),
    at: at.toISOString(),
    by: {
      authority: people.authority,
      keyId: parts.signer.keyId,
      maker: people.maker,
      ...(people.approver === undefined ? {} : { approver: people.approver }),
    },
    body,
  };
  const signature = await parts.signer.sign(canonicalBytes(act));
  return { act, signature: Buffer.from(signature).toString('base64url') };
}
