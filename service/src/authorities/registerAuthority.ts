import { statePlaces, type AuthorityRole } from '@yinxin/chaincode/model';
import type { Clock } from '../clock.ts';
import type { ActRecorder, Ledger } from '../ledger/ledger.ts';
import { requireRecorded } from '../ledger/outcome.ts';
import { signAct } from '../ledger/signAct.ts';
import type { AuthoritySigners, CityPki } from '../pki/cityPki.ts';
import type { Organisation, Store } from '../store/store.ts';
import { ledgerKeysOf, type LedgerKeyParts } from './ledgerKeys.ts';

export interface AuthorityParts {
  readonly clock: Clock;
  readonly store: Pick<Store, 'organisations'>;
  readonly ledger: Ledger;
  readonly recorder: ActRecorder;
  readonly pki: Pick<CityPki, 'authority'> & LedgerKeyParts['pki'];
}

export interface AuthorityRegistration {
  readonly organisation: Omit<Organisation, 'createdAt'>;
  /** What it may do on the ledger; none: it only stands in the tree, without keys. */
  readonly roles: readonly AuthorityRole[];
  /** The registrar that signs; the first authority of a ledger registers itself. */
  readonly registrar: string;
  /** Keyed hash of the person who registers. */
  readonly maker: string;
}

/**
 * Registers an organisation: in the tree, and with its keys on the ledger if it acts there. What is done already is
 * left alone, so an interrupted registration can be repeated.
 *
 * @throws ServiceError `ORGANISATION_NOT_FOUND` (no such parent); the contract's refusal; `KEY_UNFIT`.
 */
export async function registerAuthority(
  parts: AuthorityParts,
  registration: AuthorityRegistration,
): Promise<void> {
  const { organisation } = registration;
  if (registration.roles.length > 0) await putOnLedger(parts, registration);
  if ((await parts.store.organisations.find(organisation.creditCode)) === null) {
    await parts.store.organisations.add({ ...organisation, createdAt: parts.clock.now() });
  }
}

async function putOnLedger(
  parts: AuthorityParts,
  registration: AuthorityRegistration,
): Promise<void> {
  const { creditCode, name, parent } = registration.organisation;
  const { values } = await parts.ledger.readStates([
    statePlaces.authority(creditCode),
    ...(parent === null ? [] : [statePlaces.authority(parent)]),
  ]);
  const [known, parentRecord] = values;
  if (known != null) return;
  const signers = await parts.pki.authority({ creditCode, name });
  const isGenesis = registration.registrar === creditCode;
  const registrar = isGenesis ? signers : await registrarSigners(parts, registration.registrar);
  const act = await signAct(
    { clock: parts.clock, signer: registrar.act },
    'authority.register',
    {
      creditCode,
      name,
      parent: parentRecord == null ? null : parent, // one that only stands in the tree has no place on the ledger
      roles: registration.roles,
      keys: ledgerKeysOf(signers),
    },
    { authority: registration.registrar, maker: registration.maker },
  );
  requireRecorded(await parts.recorder.record(act));
}

async function registrarSigners(
  parts: AuthorityParts,
  creditCode: string,
): Promise<AuthoritySigners> {
  const registrar = await parts.store.organisations.find(creditCode);
  return await parts.pki.authority({ creditCode, name: registrar?.name ?? creditCode });
}
