import { statePlaces, type DocumentFormat, type LicenceRecord } from '@yinxin/chaincode/model';
import type { Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import { readIdentifier } from '../identifier.ts';
import { qrToPng, qrToSvg } from '../qrcode/image.ts';
import { createQrSymbol } from '../qrcode/segments.ts';
import type { LicenceParts } from './parts.ts';
import { findLicence } from './readLicences.ts';

/**
 * The released file of a licence, as it was issued.
 *
 * @throws ServiceError `LICENCE_NOT_FOUND`, `DOCUMENT_NOT_FOUND` (not issued, not in this format, or erased).
 */
export async function licenceFile(
  parts: Pick<LicenceParts, 'store'>,
  principal: Principal,
  identifier: string,
  format: DocumentFormat,
): Promise<Uint8Array> {
  await findLicence(parts, principal, identifier);
  const file = await parts.store.licences.file(identifier, format);
  if (file === null) {
    throw new ServiceError('DOCUMENT_NOT_FOUND', `${identifier} has no ${format} file`);
  }
  return file;
}

export type QrFormat = 'svg' | 'png' | 'text';

/** The document code of a licence: as text, or as the picture of its QR symbol. */
export async function licenceQr(
  parts: Pick<LicenceParts, 'store'>,
  principal: Principal,
  identifier: string,
  format: QrFormat,
): Promise<string | Uint8Array> {
  await findLicence(parts, principal, identifier);
  const issued = await parts.store.licences.parts(identifier);
  if (issued === null) {
    throw new ServiceError('DOCUMENT_NOT_FOUND', `${identifier} has no code`);
  }
  if (format === 'text') return issued.codeText;
  const symbol = createQrSymbol(issued.codeText);
  return format === 'svg' ? qrToSvg(symbol) : qrToPng(symbol);
}

/** One state of a licence's life, as the ledger has it. */
export interface LicenceChange {
  readonly identifier: string;
  readonly state: LicenceRecord['state'];
  /** When it took effect in law, RFC 3339. */
  readonly since: string;
  readonly reason: LicenceRecord['reason'];
  /** When the ledger recorded it, RFC 3339. */
  readonly recordedAt: string;
  readonly actId: string;
  readonly block: number;
}

/** The life of a licence on the ledger, oldest first; empty for a draft. */
export async function licenceHistory(
  parts: Pick<LicenceParts, 'store' | 'ledger'>,
  principal: Principal,
  identifier: string,
): Promise<readonly LicenceChange[]> {
  await findLicence(parts, principal, identifier);
  const { base } = readIdentifier(identifier);
  const changes = await parts.ledger.history(statePlaces.licence(base));
  return changes.flatMap(({ value, block, recordedAt }) => {
    if (value === null) return [];
    const { state, since, reason, actId, ...record } = value as LicenceRecord; // as the place says
    return [{ identifier: record.identifier, state, since, reason, recordedAt, actId, block }];
  });
}
