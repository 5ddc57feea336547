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

/** Stands where an act names its maker, when that is the installation itself and no person. */
export const INSTALLATION_ACTOR = '0'.repeat(64);

/** Who acts: an authority, and people as keyed hashes. */
export interface ActPeople {
  /** Credit code. */
  readonly authority: string;
  readonly maker: string;
  readonly approver?: string | undefined;
}

export interface ActSigning {
  readonly clock: Clock;
  /** Of purpose `act`. */
  readonly signer: Signer;
  /** Id of the act where something inside it must name it beforehand; absent: a fresh ULID. */
  readonly id?: string;
}

/**
 * Makes an act and signs its canonical bytes with the authority's act key (ES256).
 *
 * @throws ServiceError `KEY_UNFIT` if the key may not sign now.
 */
export async function signAct<N extends ActName>(
  signing: ActSigning,
  name: N,
  body: ActBodies[N],
  people: ActPeople,
): Promise<SignedAct<N>> {
  const at = signing.clock.now();
  const act: Act<N> = {
    act: name,
    schemaVersion: 1,
    id: signing.id ?? ulid(at),
    at: at.toISOString(),
    by: {
      authority: people.authority,
      keyId: signing.signer.keyId,
      maker: people.maker,
      ...(people.approver === undefined ? {} : { approver: people.approver }),
    },
    body,
  };
  const signature = await signing.signer.sign(canonicalBytes(act));
  return { act, signature: Buffer.from(signature).toString('base64url') };
}
