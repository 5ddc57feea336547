import { canonicalBytes } from '@yinxin/chaincode/model';
import { HOLDER_FIELDS, prepareDisclosure } from '../disclosure/prepareDisclosure.ts';
import {
  COPY_DATUM,
  COPY_KIND,
  encodeCopyRecord,
  type CopyRecord,
} from '../documents/copyRecord.ts';
import { MASK } from '../documents/copyText.ts';
import type { LicenceFilesOrder } from '../documents/licenceFiles.ts';
import { ServiceError } from '../errors.ts';
import { readIdentifier } from '../identifier.ts';
import type { Report } from '../report.ts';
import type { Licence, LicenceFields, LicenceType } from '../store/store.ts';
import { ulid } from '../ulid.ts';
import type { AnnotatedCopy, CopyOrder, CopyParts } from './annotatedCopy.ts';
import { recordRefusal } from './recordRefusal.ts';
import { sealCopy } from './sealCopy.ts';

/**
 * Makes an annotated copy (加注件) of a licence that is in force now, and records that use before the bytes leave. What was
 * refused is recorded, too.
 *
 * @throws ServiceError `LICENCE_NOT_FOUND`; `LICENCE_NOT_IN_FORCE` (the message names the verdict); `DOCUMENT_NOT_FOUND` (the
 * holder was erased); `SEAL_…`, `KEY_UNFIT` (no fit service seal); `GLYPH_MISSING`; `LEDGER_UNAVAILABLE`;
 * `STORE_UNAVAILABLE`.
 */
export async function makeAnnotatedCopy(
  parts: CopyParts,
  order: CopyOrder,
): Promise<AnnotatedCopy> {
  const madeAt = parts.licences.clock.now();
  const id = ulid(madeAt);
  const licence = await parts.licences.store.licences.find(readIdentifier(order.identifier).text);
  if (licence === null) {
    throw new ServiceError('LICENCE_NOT_FOUND', `no licence ${order.identifier}`);
  }
  const { report, fields, use } = await prepareDisclosure(parts.verification, {
    identifier: licence.identifier,
    fields: order.fields === 'all' ? allFields(licence) : order.fields,
    kind: 'copy',
    context: order.context,
    details: { ...order.details, copy: id },
    language: order.language,
  });
  try {
    requirePassed(report);
    const copy = await makeCopy(parts, order, { id, madeAt, licence, fields });
    await parts.licences.store.usage.append(use);
    return copy;
  } catch (error) {
    const code = error instanceof ServiceError ? error.code : 'INTERNAL';
    const reason = report.subIndication ?? code;
    const { context, details } = order;
    const refused = { identifier: licence.identifier, indication: report.indication };
    if (code !== 'STORE_UNAVAILABLE') {
      await recordRefusal(parts, { ...refused, reason, context, details });
    }
    throw error;
  }
}

function allFields({ fields }: Licence): readonly string[] {
  return [...Object.keys(HOLDER_FIELDS), ...Object.keys(fields ?? {})];
}

/** @throws ServiceError `LICENCE_NOT_IN_FORCE`, `LEDGER_UNAVAILABLE`. */
function requirePassed({ indication, subIndication, statement, subject }: Report): void {
  if (indication === 'TOTAL-PASSED') return;
  if (subIndication === 'TRY_LATER') {
    throw new ServiceError('LEDGER_UNAVAILABLE', 'the state of the licence is out of reach');
  }
  throw new ServiceError(
    'LICENCE_NOT_IN_FORCE',
    `${subject.identifier}: ${subIndication ?? indication}. ${statement}`,
    { faults: [{ pointer: '/identifier', detail: subIndication ?? indication }] },
  );
}

interface CopyFacts {
  readonly id: string;
  readonly madeAt: Date;
  readonly licence: Licence;
  /** What it may show. */
  readonly fields: LicenceFields;
}

async function makeCopy(
  { licences }: CopyParts,
  order: CopyOrder,
  facts: CopyFacts,
): Promise<AnnotatedCopy> {
  const { id, madeAt, licence, fields } = facts;
  const { format } = order;
  const type = await licences.store.licenceTypes.find(licence.typeCode, licence.typeVersion);
  if (type === null || licence.holder === null || licence.fields === null) {
    throw new ServiceError('DOCUMENT_NOT_FOUND', `${licence.identifier} can no longer be shown`);
  }
  const validUntil = earlier(order.validUntil, licence.validUntil);
  const record = recordOf(order, { ...facts, type, validUntil });
  const { holder: issuer } = await licences.openSeal(type.sealEsId);
  const { bytes } = await sealCopy(licences, {
    ...{ id, format, madeAt },
    organisation: order.organisation.creditCode,
    requesterId: order.requesterId,
    files: {
      layout: layoutOf(licence, { type, shown: fields, issuerName: issuer.name }),
      copy: record,
      content: canonicalBytes(record),
      metadata: [{ name: COPY_DATUM, value: encodeCopyRecord(record) }],
    },
  });
  return { id, format, bytes, validUntil };
}

function earlier(one: Date, other: Date | null): Date {
  return other === null || one < other ? one : other;
}

function recordOf(
  { format, purpose, matter, organisation, window, receiptId }: CopyOrder,
  facts: CopyFacts & Readonly<{ type: LicenceType; validUntil: Date }>,
): CopyRecord {
  const { licence, type } = facts;
  const original =
    licence.documents.find((document) => document.format === format) ?? licence.documents[0];
  if (original === undefined) {
    throw new ServiceError('DOCUMENT_NOT_FOUND', `${licence.identifier} has no file`);
  }
  return {
    ...{ kind: COPY_KIND, schemaVersion: 1, copyId: facts.id },
    ...{ licence: licence.identifier, licenceName: type.name },
    original: { format: original.format, sha256: original.sha256 },
    madeBy: { creditCode: organisation.creditCode, name: organisation.name },
    window: window === null ? null : { code: window.code, name: window.name },
    madeAt: facts.madeAt.toISOString(),
    validUntil: facts.validUntil.toISOString(),
    purpose,
    matter: matter === null ? null : { code: matter.code, name: matter.name },
    receiptId,
    fields: Object.keys(facts.fields),
  };
}

/** The page as issued; what may not be shown is masked before it is set. */
function layoutOf(
  licence: Licence,
  order: Readonly<{ type: LicenceType; shown: LicenceFields; issuerName: string }>,
): LicenceFilesOrder['layout'] {
  const { type, shown, issuerName } = order;
  const text = (name: string): string => (typeof shown[name] === 'string' ? shown[name] : MASK);
  const names = Object.keys(licence.fields ?? {});
  return {
    type: { name: type.name, layout: type.layout, fields: type.fields },
    licence: {
      identifier: licence.identifier,
      serial: licence.base.slice(licence.base.lastIndexOf('.') + 1),
      holder: { name: text('holderName'), code: text('holderCode') },
      fields: {
        ...Object.fromEntries(names.map((name) => [name, MASK])),
        ...fieldsIn(shown, names),
      },
      issuer: { name: issuerName },
      validFrom: licence.validFrom,
      validUntil: licence.validUntil,
      issuedOn: licence.issuedAt ?? licence.createdAt,
    },
  };
}

function fieldsIn(shown: LicenceFields, names: readonly string[]): LicenceFields {
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(shown, name)).map((name) => [name, shown[name]]),
  );
}
