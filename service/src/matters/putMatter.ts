import { canonicalBytes, statePlaces, type MatterRecord } from '@yinxin/chaincode/model';
import { organisationOf, type Principal } from '../access.ts';
import { sha256Hex } from '../documents/digest.ts';
import { requireRecorded } from '../ledger/outcome.ts';
import { signAct } from '../ledger/signAct.ts';
import type { LicenceParts } from '../licences/parts.ts';
import type { Matter } from '../store/store.ts';

/** What putting a matter needs. */
export type MatterParts = Pick<
  LicenceParts,
  'clock' | 'store' | 'ledger' | 'recorder' | 'signersOf'
>;

/**
 * Adds a matter or its next version; the ledger records the digest of the definition. The same definition put again
 * changes nothing.
 *
 * @throws ServiceError `NOT_AUTHORISED`; the contract's refusal.
 */
export async function putMatter(
  parts: MatterParts,
  principal: Principal,
  matter: Pick<Matter, 'code' | 'name' | 'definition'>,
): Promise<Matter> {
  const authority = organisationOf(principal, 'operator');
  const { code, name, definition } = matter;
  const definitionDigest = sha256Hex(canonicalBytes({ name, definition }));
  const { values } = await parts.ledger.readStates([statePlaces.matter(code)]);
  const known = values[0] as MatterRecord | null | undefined; // as the place says
  const isKnown = known?.definitionDigest === definitionDigest;
  const version = isKnown ? known.version : (known?.version ?? 0) + 1;
  if (!isKnown) {
    const signers = await parts.signersOf(authority);
    const act = await signAct(
      { clock: parts.clock, signer: signers.act },
      'catalogue.putMatter',
      { code, version, name, definitionDigest },
      { authority, maker: parts.store.holders.keyedHash('actor', principal.id) },
    );
    requireRecorded(await parts.recorder.record(act));
  }
  const put = { code, name, definition, version, updatedAt: parts.clock.now() };
  await parts.store.matters.put([put]);
  return put;
}
