import { ServiceError, type ErrorCode } from '../errors.ts';
import { findGrantTo, isTypeGrantedTo } from '../grants/findGrant.ts';
import type { UsageKind } from '../store/store.ts';
import type { ClientPurpose, ClientScope } from '../store/systems.ts';
import { recordUse, type UseContext, type UseDetails } from '../usage/recordUse.ts';
import type { AdmittedCall } from './admitCall.ts';
import type { SystemParts } from './parts.ts';

/** What every call names. */
export interface Occasion {
  /** Code of one of the client's purposes. */
  readonly purpose: string;
  readonly matter: string | null;
}

/** What a call is about, for the question whether it may, and for its record. */
export interface Ask extends Occasion {
  readonly scope: ClientScope;
  readonly kind: UsageKind;
  readonly subject: { readonly kind: string; readonly identifier: string };
  readonly licence: string | null;
  /** Null: nobody's, or nobody knows whose. */
  readonly holderHash: string | null;
  /** Null: of any type. */
  readonly typeCode: string | null;
  /** Names of those that shall leave. */
  readonly fields: readonly string[];
}

/** On what an answer rests, and what its record says. */
export interface Basis {
  readonly purpose: ClientPurpose;
  readonly context: UseContext;
  readonly details: Pick<UseDetails, 'client' | 'legalBasis' | 'grant'>;
  /** Of the asked type: what may leave at most. */
  readonly fields: readonly string[];
}

/**
 * Asks whether a client may do what it asks for: scope, purpose and its matters, type, fields. What it may not is
 * recorded as a refused use, which the holder sees.
 *
 * @throws ServiceError `SCOPE_NOT_GRANTED`, `PURPOSE_NOT_GRANTED`, `TYPE_NOT_GRANTED`, `FIELD_NOT_GRANTED`,
 * `MATTER_NOT_FOUND`.
 */
export async function authorise(parts: SystemParts, call: AdmittedCall, ask: Ask): Promise<Basis> {
  const { terms, id: client } = call.client;
  if (ask.matter !== null && (await parts.store.matters.find(ask.matter)) === null) {
    throw new ServiceError('MATTER_NOT_FOUND', `no matter ${ask.matter}`);
  }
  const purpose = terms.purposes.find(({ code }) => code === ask.purpose);
  const type = terms.types.find(({ typeCode }) => typeCode === ask.typeCode);
  const fault = faultOf(call, ask, { purpose, type });
  if (fault !== null || purpose === undefined) {
    throw await refuse(parts, call, ask, fault ?? 'PURPOSE_NOT_GRANTED');
  }
  const { legalBasis } = purpose;
  return {
    purpose,
    context: contextOf(call, ask, purpose.name),
    details: { client, ...(legalBasis === null ? {} : { legalBasis }) },
    fields: type?.fields ?? [],
  };
}

/**
 * The basis of one licence's disclosure: where the purpose has no legal basis, the holder's grant to the client's
 * organisation.
 *
 * @returns null if there is none.
 */
export async function basisFor(
  { clock, store }: SystemParts,
  { client }: AdmittedCall,
  basis: Basis,
  asked: Readonly<{
    licence: { readonly identifier: string; readonly typeCode: string };
    holderHash: string | null;
    matter: string | null;
  }>,
): Promise<Basis | null> {
  if (basis.purpose.legalBasis !== null) return basis;
  if (asked.holderHash === null) return null;
  const agentHash = agentHashOf({ store }, client);
  const { licence, holderHash, matter } = asked;
  const question = { licence, holderHash, matter, at: clock.now() };
  const grant = await findGrantTo({ store }, agentHash, question);
  return grant === null ? null : { ...basis, details: { ...basis.details, grant: grant.id } };
}

/** Whether a purpose without a legal basis may ask for a type: the holder granted something of it. */
export async function mayAskForType(
  { clock, store }: SystemParts,
  { client }: AdmittedCall,
  { purpose }: Basis,
  asked: Readonly<{ holderHash: string; typeCode: string; matter: string | null }>,
): Promise<boolean> {
  if (purpose.legalBasis !== null) return true;
  const question = { ...asked, at: clock.now() };
  return await isTypeGrantedTo({ store }, agentHashOf({ store }, client), question);
}

/** Organisations are agents by their credit code. */
function agentHashOf(
  { store }: Pick<SystemParts, 'store'>,
  { organisation }: AdmittedCall['client'],
): string {
  return store.holders.holderHash({ code: organisation, codeType: '001' });
}

/** Records that nothing was given, for the holder to see. @returns the error to throw. */
export async function refuse(
  { clock, store }: SystemParts,
  call: AdmittedCall,
  ask: Ask,
  code: ErrorCode,
): Promise<ServiceError> {
  const { kind, subject, licence, holderHash } = ask;
  const purpose = call.client.terms.purposes.find((one) => one.code === ask.purpose);
  await recordUse(
    { clock, usage: store.usage },
    {
      ...{ kind, outcome: 'refused', reason: code, subject, licence, holderHash },
      ...{ esId: null, indication: null, details: { client: call.client.id } },
    },
    contextOf(call, ask, purpose?.name ?? ask.purpose),
  );
  return new ServiceError(code, SENTENCES[code] ?? 'the client may not do this');
}

const SENTENCES: Readonly<Partial<Record<ErrorCode, string>>> = {
  SCOPE_NOT_GRANTED: 'neither client nor token have this scope',
  PURPOSE_NOT_GRANTED: 'the client has no such purpose, or not for this matter',
  TYPE_NOT_GRANTED: 'the client may not ask for licences of this type',
  FIELD_NOT_GRANTED: 'the client may not see one of these fields',
  GRANT_NEEDED: 'this purpose needs a grant of the holder to the client’s organisation',
};

function faultOf(
  { scopes }: AdmittedCall,
  ask: Ask,
  {
    purpose,
    type,
  }: Readonly<{
    purpose: ClientPurpose | undefined;
    type: { readonly fields: readonly string[] } | undefined;
  }>,
): ErrorCode | null {
  if (!scopes.includes(ask.scope)) return 'SCOPE_NOT_GRANTED';
  if (purpose === undefined || !isFor(purpose, ask.matter)) return 'PURPOSE_NOT_GRANTED';
  if (ask.typeCode === null) return null;
  if (type === undefined) return 'TYPE_NOT_GRANTED';
  return ask.fields.every((name) => type.fields.includes(name)) ? null : 'FIELD_NOT_GRANTED';
}

function isFor({ matters }: ClientPurpose, matter: string | null): boolean {
  return matters === null || (matter !== null && matters.includes(matter));
}

function contextOf({ accountId }: AdmittedCall, { matter }: Ask, purpose: string): UseContext {
  return { channel: 'api', window: null, clerk: accountId, matter, purpose };
}
