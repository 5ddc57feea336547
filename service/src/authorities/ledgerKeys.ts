import {
  fingerprintOf,
  statePlaces,
  type AuthorityRecord,
  type LedgerKey,
  type LedgerKeyPurpose,
} from '@yinxin/chaincode/model';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { Signer } from '../keys/signer.ts';
import type { ActRecorder, Ledger } from '../ledger/ledger.ts';
import { requireRecorded } from '../ledger/outcome.ts';
import { INSTALLATION_ACTOR, signAct } from '../ledger/signAct.ts';
import type { AuthoritySigners, CityPki } from '../pki/cityPki.ts';

export interface LedgerKeyParts {
  readonly clock: Clock;
  readonly ledger: Pick<Ledger, 'readStates'>;
  readonly recorder: ActRecorder;
  readonly pki: Pick<CityPki, 'actSigner'>;
}

/** The keys of an authority that stand on the ledger. */
export function ledgerKeysOf(signers: AuthoritySigners): readonly LedgerKey[] {
  return [
    ledgerKey('act', signers.act),
    ledgerKey('code', signers.codeSigner),
    ledgerKey('credential', signers.credentialSigner),
  ];
}

/**
 * Puts keys of a new generation on the ledger, signed by an act key that is there already and may still sign. Earlier
 * keys stay: what they signed is verified by them.
 *
 * @throws ServiceError `KEY_UNFIT` if no act key on the ledger can sign any more; the contract's refusal.
 */
export async function putNewKeys(
  parts: LedgerKeyParts,
  creditCode: string,
  signers: AuthoritySigners,
): Promise<void> {
  const { values } = await parts.ledger.readStates([statePlaces.authority(creditCode)]);
  const record = values[0] as AuthorityRecord | null | undefined; // as the place says
  if (record == null) return;
  const known = new Set(record.keys.map((key) => key.keyId));
  const added = ledgerKeysOf(signers).filter((key) => !known.has(fingerprintOf(key.certificate)));
  if (added.length === 0) return;
  const signer = await openRecordedActSigner(parts, record);
  for (const key of added) {
    const act = await signAct(
      { clock: parts.clock, signer },
      'authority.replaceKey',
      { creditCode, retiredKeyId: null, key },
      { authority: creditCode, maker: INSTALLATION_ACTOR },
    );
    requireRecorded(await parts.recorder.record(act));
  }
}

async function openRecordedActSigner(
  { pki }: LedgerKeyParts,
  record: AuthorityRecord,
): Promise<Signer> {
  const usable = record.keys.filter((key) => key.purpose === 'act' && key.retiredAt === null);
  for (const { keyId } of usable.toReversed()) {
    const signer = await pki.actSigner(record.creditCode, keyId);
    if (signer !== null) return signer;
  }
  throw new ServiceError(
    'KEY_UNFIT',
    `no act key that the ledger knows of ${record.creditCode} may still sign here; services on one ledger share their keys (YINXIN_KEYS_DIR)`,
  );
}

function ledgerKey(purpose: LedgerKeyPurpose, signer: Signer): LedgerKey {
  const [leaf = new Uint8Array()] = signer.certificationPath;
  return { purpose, certificate: Buffer.from(leaf).toString('base64') };
}
