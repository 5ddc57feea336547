/** The one door to personal data: what leaves, and the record that must be durable before it does. */
import { presentCredential, type Selection } from '../credentials/sdJwt.ts';
import type { Language } from '../language.ts';
import type { Report } from '../report.ts';
import type { Licence, LicenceFields, UsageKind, UsageRecord } from '../store/store.ts';
import { toUsageRecord, type UseContext, type UseDetails } from '../usage/recordUse.ts';
import type { VerificationParts } from '../verification/parts.ts';
import { examine } from '../verification/verifier.ts';

/** What a disclosure works with. */
export type DisclosureParts = VerificationParts;

/** Names under which a licence's holder is asked for, and where they stand in its credential. */
export const HOLDER_FIELDS = {
  holderName: 'name',
  holderCode: 'code',
  holderCodeType: 'codeType',
} as const;

type HolderField = keyof typeof HOLDER_FIELDS;

export interface DisclosureOrder {
  readonly identifier: string;
  /** Names of the licence type's fields and of {@link HOLDER_FIELDS}; null: verdict only. */
  readonly fields: readonly string[] | null;
  readonly kind: UsageKind;
  readonly context: UseContext;
  readonly details: Omit<UseDetails, 'fields'>;
  readonly language: Language;
}

export interface PreparedDisclosure {
  readonly report: Report;
  /** Exactly the asked ones that exist; none unless the verdict is TOTAL-PASSED. */
  readonly fields: LicenceFields;
  /** SD-JWT that discloses just these; null where nothing is disclosed or the holder was erased. */
  readonly credential: string | null;
  /** Durable before anything above leaves. */
  readonly use: UsageRecord;
}

/**
 * Judges a licence as of now, picks the fields that may leave, and makes the record of it. The caller writes the record
 * first, by itself ({@link disclose}) or together with what else must be true, and answers then.
 *
 * @throws ServiceError `CODE_MALFORMED` for what is no identifier.
 */
export async function prepareDisclosure(
  parts: DisclosureParts,
  order: DisclosureOrder,
): Promise<PreparedDisclosure> {
  const { language, kind } = order;
  const evidence = { kind: 'identifier', text: order.identifier } as const;
  const { report, licence, esId } = await examine(parts, { evidence, language });
  const identifier = licence ?? order.identifier;
  const { fields, credential } =
    report.indication === 'TOTAL-PASSED' && order.fields !== null
      ? await pickFields(parts, identifier, order.fields)
      : NOTHING;
  const shown = Object.keys(fields);
  const use = toUsageRecord(
    {
      ...{ kind, outcome: 'answered', reason: report.subIndication },
      subject: report.subject,
      ...{ licence, esId, indication: report.indication },
      holderHash: await parts.store.licences.holderHash(identifier),
      details: { ...order.details, ...(order.fields === null ? {} : { fields: shown }) },
    },
    order.context,
    parts.clock.now(),
  );
  return { report, fields, credential, use };
}

/** {@link prepareDisclosure}, with the record durable when it resolves. @throws ServiceError also `STORE_UNAVAILABLE`. */
export async function disclose(
  parts: DisclosureParts,
  order: DisclosureOrder,
): Promise<PreparedDisclosure> {
  const prepared = await prepareDisclosure(parts, order);
  await parts.store.usage.append(prepared.use);
  return prepared;
}

interface Picked {
  readonly fields: LicenceFields;
  readonly credential: string | null;
}

const NOTHING: Picked = { fields: {}, credential: null };

async function pickFields(
  { store }: DisclosureParts,
  identifier: string,
  asked: readonly string[],
): Promise<Picked> {
  const licence = await store.licences.find(identifier);
  const issued = await store.licences.parts(identifier);
  if (licence === null || issued === null) return NOTHING;
  const fields = fieldsOf(licence, asked);
  return { fields, credential: presentCredential(issued.credential, selectionOf(fields)) };
}

/**
 * The asked fields of a licence, those that it has.
 *
 * @returns none once its holder was erased.
 */
export function fieldsOf(
  { holder, fields }: Pick<Licence, 'holder' | 'fields'>,
  asked: readonly string[],
): LicenceFields {
  if (holder === null || fields === null) return {};
  const shown: [string, unknown][] = [];
  for (const name of new Set(asked)) {
    if (isHolderField(name)) shown.push([name, holder[HOLDER_FIELDS[name]]]);
    else if (Object.hasOwn(fields, name)) shown.push([name, fields[name]]);
  }
  return Object.fromEntries(shown);
}

function selectionOf(shown: LicenceFields): Selection {
  const names = Object.keys(shown);
  return {
    holder: names.filter(isHolderField).map((name) => HOLDER_FIELDS[name]),
    fields: names.filter((name) => !isHolderField(name)),
  };
}

export function isHolderField(name: string): name is HolderField {
  return Object.hasOwn(HOLDER_FIELDS, name);
}
