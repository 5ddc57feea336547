import { canonicalBytes } from '@yinxin/chaincode/model';
import type { AuthorityRecord, SignedAct } from '@yinxin/chaincode/model';

import { verifySignature } from '../../keys/publicKey.ts';
import type { PublicKey } from '../../keys/publicKey.ts';
import { fromDerSignature } from '../../keys/signatureValue.ts';
import { parseCertificate, parseCertificates } from '../../pki/certificate.ts';
import type { Certificate } from '../../pki/certificate.ts';
import { validateCertificationPath } from '../../pki/certificationPath.ts';
import { conclude } from '../../report.ts';
import { fault } from '../ledgerFault.ts';
import type { LedgerFault } from '../ledgerFault.ts';
import { isRootOf } from './blockView.ts';
import type { FabricBlock } from './fabricBlock.ts';
import { batchesOf, recordedActsOf } from './fabricTransaction.ts';
import type { Endorsement, FabricTransaction, FabricWrite } from './fabricTransaction.ts';
import { isPeer } from './verifyEndorsedReads.ts';

/** By what transactions are judged. */
export interface TransactionPolicy {
  /** MSP IDs of the organisations that must all endorse. */
  readonly organisations: readonly string[];
  /** Roots of their peers; null: certificates are taken as given. */
  readonly anchors: readonly Certificate[] | null;
}

const AUTHORITY_PREFIX = '\0authority\0'; // composite key of object type `authority`
const MAX_CERTIFICATES = 1000;

/** Checks transactions in the order of the ledger, and learns authorities' keys from what they write. */
export class TransactionCheck {
  readonly #policy: TransactionPolicy;
  readonly #keys = new Map<string, PublicKey>();
  readonly #certificates = new Map<string, Certificate | null>();
  readonly #roots = new Map<string, string | null>();

  constructor(policy: TransactionPolicy) {
    this.#policy = policy;
  }

  /** Whether an orderer signed the block. Block 0 comes from the founders, and nobody signs it. */
  orderer(block: FabricBlock): readonly LedgerFault[] {
    const isSigned = block.signatures.some(({ certificate, signed, signature }) =>
      isSignedBy(this.#certificate(certificate), signed, signature),
    );
    return isSigned || block.number === 0
      ? []
      : [fault('BLOCK_SIGNATURE_INVALID', block.number, 'no orderer signed the block')];
  }

  /** A transaction that recorded something: endorsements, batch roots, act signatures. */
  transaction(block: number, transaction: FabricTransaction): readonly LedgerFault[] {
    this.#learn(transaction.writes);
    const batches = batchesOf(transaction);
    const acts = recordedActsOf(transaction);
    const found: LedgerFault[] = [];
    if (transaction.writes.length > 0 && !this.#isEndorsed(transaction)) {
      const detail = `transaction ${transaction.txId} is not endorsed by every organisation`;
      found.push(fault('ENDORSEMENT_INVALID', block, detail));
    }
    for (const { record } of batches) {
      const own = acts.filter(({ root }) => root === record.root);
      if (!isRootOf(record, own)) {
        const detail = `batch ${record.root} is not over its acts`;
        found.push(fault('BATCH_ROOT_MISMATCH', block, detail));
      }
    }
    for (const { act } of acts) {
      if (!this.#isActSigned(act)) {
        const detail = `act ${act.act.id} is not signed by its authority`;
        found.push(fault('ACT_SIGNATURE_INVALID', block, detail));
      }
    }
    return found;
  }

  /** By a peer of each organisation, under as many roots. */
  #isEndorsed(transaction: FabricTransaction): boolean {
    const { organisations, anchors } = this.#policy;
    const good = transaction.endorsements.flatMap((endorsement) => {
      const root = this.#rootOf(endorsement, transaction);
      return root === null ? [] : [{ mspId: endorsement.mspId, root }];
    });
    const ids = new Set(good.map(({ mspId }) => mspId));
    const roots = new Set(good.map(({ root }) => root));
    const isComplete = organisations.every((mspId) => ids.has(mspId));
    return (
      transaction.isBound && isComplete && (anchors === null || roots.size >= organisations.length)
    );
  }

  /** @returns name of the root behind a good endorsement, empty where none is asked for; null: it is not good. */
  #rootOf(endorsement: Endorsement, { endorsed, at }: FabricTransaction): string | null {
    const certificate = this.#certificate(endorsement.certificate);
    const signed = Buffer.concat([endorsed, endorsement.endorser]);
    if (certificate === null || !isSignedBy(certificate, signed, endorsement.signature))
      return null;
    const { anchors } = this.#policy;
    if (anchors === null) return '';
    const name = `${certificate.fingerprint}/${at.slice(0, 10)}`; // once a day is often enough
    const known = this.#roots.get(name);
    if (known !== undefined) return known;
    const question = { leaf: certificate, intermediates: [], anchors, at: new Date(at) };
    const { checks, path } = validateCertificationPath(question);
    const isGood = conclude(checks).indication === 'TOTAL-PASSED' && isPeer(certificate);
    const root = isGood ? (path.at(-1)?.subject.comparisonKey ?? null) : null;
    this.#roots.set(name, root);
    return root;
  }

  /** Foreign certificates by their PEM; null: it is none. */
  #certificate(pem: string): Certificate | null {
    const known = this.#certificates.get(pem);
    if (known !== undefined) return known;
    if (this.#certificates.size >= MAX_CERTIFICATES) this.#certificates.clear();
    const certificate = parseOne(pem);
    this.#certificates.set(pem, certificate);
    return certificate;
  }

  /** Retired keys stay in an authority's record, so that the newest has them all. */
  #learn(writes: readonly FabricWrite[]): void {
    for (const { key, value } of writes) {
      if (!key.startsWith(AUTHORITY_PREFIX) || value === null) continue;
      const record = JSON.parse(Buffer.from(value).toString('utf8')) as AuthorityRecord; // as our contract writes it
      for (const { purpose, keyId, certificate: text } of record.keys) {
        const name = `${record.creditCode}/${keyId}`;
        if (purpose !== 'act' || this.#keys.has(name)) continue;
        const certificate = parseCertificate(Buffer.from(text, 'base64'));
        if (certificate.fingerprint === keyId) this.#keys.set(name, certificate.publicKey);
      }
    }
  }

  #isActSigned({ act, signature }: SignedAct): boolean {
    const key = this.#keys.get(`${act.by.authority}/${act.by.keyId}`);
    return (
      key?.algorithm === 'ES256' &&
      verifySignature(key, canonicalBytes(act), Buffer.from(signature, 'base64url'))
    );
  }
}

function parseOne(pem: string): Certificate | null {
  try {
    return parseCertificates(pem)[0] ?? null;
  } catch {
    return null; // whatever it is, it is no certificate
  }
}

function isSignedBy(
  certificate: Certificate | null,
  signed: Uint8Array,
  signature: Uint8Array,
): boolean {
  const value = fromDerSignature(signature);
  return (
    certificate?.publicKey.algorithm === 'ES256' &&
    value !== null &&
    verifySignature(certificate.publicKey, signed, value)
  );
}
