import { canonicalBytes, leafHash, rootOf, statePlaces } from '@yinxin/chaincode/model';
import type { AuthorityRecord, BatchRecord, SignedAct } from '@yinxin/chaincode/model';

import { verifySignature } from '../../keys/publicKey.ts';
import type { PublicKey } from '../../keys/publicKey.ts';
import { parseCertificate } from '../../pki/certificate.ts';
import type { BlockBody, StateWrite } from './blockFormat.ts';
import { batchesIn } from './blockReader.ts';
import { compositeKey } from './embeddedStub.ts';
import type { StateView } from './embeddedStub.ts';
import { fault } from '../ledgerFault.ts';
import type { LedgerFault } from '../ledgerFault.ts';
import { recordedActsOf } from './replay.ts';
import type { BatchAct } from './replay.ts';

/** Finds the public key of an act's author; null: the ledger knows no such key of that authority. */
export type ActKeys = (authority: string, keyId: string) => PublicKey | null;

/**
 * Checks what a transaction recorded, from the acts' own bytes: every batch root, every act's signature.
 */
export function verifyActs(
  body: BlockBody,
  writes: readonly StateWrite[],
  context: { readonly block: number; readonly keys: ActKeys },
): readonly LedgerFault[] {
  const { block, keys } = context;
  const acts = recordedActsOf(body, writes);
  const found: LedgerFault[] = [];
  for (const { record } of batchesIn(writes)) {
    const leaves = leavesOf(record, acts);
    const root = Buffer.from(rootOf(leaves)).toString('hex');
    if (leaves.length !== record.size || root !== record.root) {
      found.push(fault('BATCH_ROOT_MISMATCH', block, `batch ${record.root} is not over its acts`));
    }
  }
  for (const { act } of acts) {
    if (!isSigned(act, keys)) {
      found.push(
        fault('ACT_SIGNATURE_INVALID', block, `act ${act.act.id} is not signed by its authority`),
      );
    }
  }
  return found;
}

/** Keys of authorities as the ledger's newest state has them; retired ones stay there, so old acts verify too. */
export function actKeysIn(state: StateView): ActKeys {
  const known = new Map<string, PublicKey>();
  return (authority, keyId) => {
    const name = `${authority}/${keyId}`;
    const cached = known.get(name);
    if (cached !== undefined) return cached;
    const place = statePlaces.authority(authority);
    const text = state.value(compositeKey(place.objectType, place.attributes));
    if (text === null) return null;
    const { keys } = JSON.parse(text) as AuthorityRecord;
    const key = keys.find((one) => one.keyId === keyId && one.purpose === 'act');
    if (key === undefined) return null;
    const certificate = parseCertificate(Buffer.from(key.certificate, 'base64'));
    if (certificate.fingerprint !== keyId) return null;
    known.set(name, certificate.publicKey);
    return certificate.publicKey;
  };
}

/** Hashes of a batch's leaves: acts, or for batches of uses the hashes their one act carries. */
function leavesOf(record: BatchRecord, acts: readonly BatchAct[]): readonly Uint8Array[] {
  const own = acts.filter((found) => found.root === record.root);
  if (record.kind === undefined) return own.map(({ act }) => leafHash(canonicalBytes(act.act)));
  const body = own[0]?.act.act.body;
  return body !== undefined && 'leaves' in body
    ? body.leaves.map((leaf) => Buffer.from(leaf, 'hex'))
    : [];
}

function isSigned(act: SignedAct, keys: ActKeys): boolean {
  const key = keys(act.act.by.authority, act.act.by.keyId);
  if (key?.algorithm !== 'ES256') return false;
  return verifySignature(key, canonicalBytes(act.act), Buffer.from(act.signature, 'base64url'));
}
