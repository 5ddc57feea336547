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
  readonly pki: Pick<CityPki, 'actSigner' | 'revokedActSigner' | 'isRevoked'>;
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
 * keys stay, as what they signed is verified by them; one whose certificate is revoked is retired.
 *
 * A revoked act key, where no other is left, signs this one act: its own replacement.
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
  let signer = await openRecordedActSigner(parts, record);
  for (const key of added) {
    const retiredKeyId = await findRevoked(parts, record, key.purpose);
    const act = await signAct(
      { clock: parts.clock, signer },
      'authority.replaceKey',
      { creditCode, retiredKeyId, key },
      { authority: creditCode, maker: INSTALLATION_ACTOR },
    );
    requireRecorded(await parts.recorder.record(act));
    if (key.purpose === 'act') signer = signers.act; // the one before may just have been retired
  }
}

async function findRevoked(
  { pki }: LedgerKeyParts,
  record: AuthorityRecord,
  purpose: LedgerKeyPurpose,
): Promise<string | null> {
  for (const { keyId } of usableKeys(record, purpose)) if (await pki.isRevoked(keyId)) return keyId;
  return null;
}

async function openRecordedActSigner(
  { pki }: LedgerKeyParts,
  record: AuthorityRecord,
): Promise<Signer> {
  const usable = usableKeys(record, 'act').toReversed();
  for (const open of [pki.actSigner, pki.revokedActSigner]) {
    for (const { keyId } of usable) {
      const signer = await open(record.creditCode, keyId);
      if (signer !== null) return signer;
    }
  }
  throw new ServiceError(
    'KEY_UNFIT',
    `no act key that the ledger knows of ${record.creditCode} may still sign here; services on one ledger share their keys (YINXIN_KEYS_DIR)`,
  );
}

function usableKeys(record: AuthorityRecord, purpose: LedgerKeyPurpose): AuthorityRecord['keys'] {
  return record.keys.filter((key) => key.purpose === purpose && key.retiredAt === null);
}

function ledgerKey(purpose: LedgerKeyPurpose, signer: Signer): LedgerKey {
  const [leaf = new Uint8Array()] = signer.certificationPath;
  return { purpose, certificate: Buffer.from(leaf).toString('base64') };
}
