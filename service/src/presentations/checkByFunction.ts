/** Checks by function (依职能): without a code, on a legal basis that the holder is told. */
import { notAuthorised, type Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import { readIdentifier } from '../identifier.ts';
import type { Language } from '../language.ts';
import { neededFields } from '../matters/matterDefinition.ts';
import type { HolderCode, LicenceState } from '../store/store.ts';
import { recordUse } from '../usage/recordUse.ts';
import { askingOf, type Asking, type AskingRequest } from './asking.ts';
import type { PresentationParts } from './parts.ts';
import { contextOf, prepareAnswer, type Answer, type AskedLicence } from './prepareAnswer.ts';
import type { ShowRequest } from './shownLicences.ts';

const MAX_LICENCES = 20;
const MIN_BASIS_CHARACTERS = 4;
/** Versions that never were, or are no longer, what a holder has. */
const NOT_HELD: readonly LicenceState[] = ['drafted', 'returned', 'superseded'];

export interface FunctionCheckRequest extends AskingRequest {
  /** Which licences: by identifier, or a holder's of one type. */
  readonly of:
    | { readonly licences: readonly ShowRequest[] }
    | {
        readonly holder: HolderCode;
        readonly typeCode: string;
        readonly fields?: readonly string[] | undefined;
      };
  /** At least four characters; absent: the provision that the matter itself rests on. */
  readonly legalBasis?: string | undefined;
  readonly language: Language;
}

/**
 * Checks licences without their holder's doing. Of the fields at most those leave that the matter needs; every licence
 * gets a usage record with the legal basis.
 *
 * @throws ServiceError `NOT_AUTHORISED`, `MATTER_NOT_FOUND`, those of `requireCase`, `LEGAL_BASIS_INVALID`,
 * `CODE_MALFORMED`, `LICENCE_NOT_FOUND` (recorded where the holder is known), `LICENCE_FIELDS_INVALID`,
 * `REQUEST_MALFORMED` for licences of several holders.
 */
export async function checkByFunction(
  parts: PresentationParts,
  principal: Principal,
  request: FunctionCheckRequest,
): Promise<Answer> {
  const asking = await askingOf(parts, principal, request);
  const legalBasis = legalBasisOf(asking, request.legalBasis);
  const asked =
    'licences' in request.of
      ? request.of.licences
      : await findHeld(parts, asking, { ...request.of, legalBasis });
  const { licences, holderHash } = await readLicences(parts, asking, asked);
  const { answer, rows } = await prepareAnswer(parts, {
    ...{ kind: 'disclosure', asking, holderHash, licences },
    ...{ details: { legalBasis }, language: request.language },
  });
  const place = { by: asking.clerk.accountId, window: asking.window.code };
  if (!(await parts.store.presentations.keepAnswer(place, rows))) {
    throw notAuthorised('you are no longer a clerk at this window');
  }
  return answer;
}

function legalBasisOf({ matter }: Asking, given: string | undefined): string {
  const basis = (given ?? matter.definition.basis).trim();
  if (Array.from(basis).length >= MIN_BASIS_CHARACTERS) return basis;
  throw new ServiceError(
    'LEGAL_BASIS_INVALID',
    given === undefined
      ? `matter ${matter.code} names no legal basis: say which one applies`
      : `a legal basis has at least ${MIN_BASIS_CHARACTERS} characters`,
  );
}

/** That somebody holds no such licence is an answer about them, too: it is recorded as a look-up. */
async function findHeld(
  parts: PresentationParts,
  asking: Asking,
  of: Readonly<{
    holder: HolderCode;
    typeCode: string;
    fields?: readonly string[] | undefined;
    legalBasis: string;
  }>,
): Promise<readonly ShowRequest[]> {
  const { store } = parts;
  const holderHash = store.holders.holderHash(of.holder);
  const filter = { holderHashes: [holderHash], typeCode: of.typeCode };
  const { items } = await store.licences.list(filter, { limit: 200 });
  const held = items.filter(({ state }) => !NOT_HELD.includes(state)).slice(0, MAX_LICENCES);
  if (held.length > 0) {
    return held.map(({ identifier }) => ({ identifier, fields: of.fields }));
  }
  await recordUse(
    { clock: parts.clock, usage: store.usage },
    {
      ...{ kind: 'lookup', outcome: 'answered', reason: 'LICENCE_NOT_FOUND' },
      subject: { kind: 'licence-type', identifier: of.typeCode },
      ...{ licence: null, esId: null, indication: null, holderHash },
      details: { legalBasis: of.legalBasis },
    },
    contextOf(asking),
  );
  throw new ServiceError('LICENCE_NOT_FOUND', `they hold no licence of type ${of.typeCode}`);
}

async function readLicences(
  { store }: PresentationParts,
  { matter }: Asking,
  asked: readonly ShowRequest[],
): Promise<{ readonly licences: readonly AskedLicence[]; readonly holderHash: string | null }> {
  const licences: AskedLicence[] = [];
  const holders = new Set<string | null>();
  for (const [index, one] of asked.entries()) {
    const { text: identifier } = readIdentifier(one.identifier);
    const facts = await store.licences.facts(identifier);
    if (facts === null) throw new ServiceError('LICENCE_NOT_FOUND', `no licence ${identifier}`);
    if (licences.some((other) => other.identifier === identifier)) {
      throw new ServiceError('REQUEST_MALFORMED', `${identifier} is named twice`);
    }
    const needed = neededFields(matter.definition, facts.typeCode) ?? [];
    requireNeeded(needed, one.fields ?? [], index);
    licences.push({ identifier, fields: one.fields ?? needed, grant: null });
    holders.add(facts.holderHash);
  }
  if (holders.size > 1) {
    throw new ServiceError('REQUEST_MALFORMED', 'the licences belong to several holders');
  }
  return { licences, holderHash: [...holders][0] ?? null };
}

/** Without the holder's consent no more leaves than the matter needs. */
function requireNeeded(needed: readonly string[], asked: readonly string[], index: number): void {
  const faults = asked.flatMap((name, place) =>
    needed.includes(name)
      ? []
      : [{ pointer: `/licences/${index}/fields/${place}`, detail: 'is not needed by the matter' }],
  );
  if (faults.length > 0) {
    throw new ServiceError('LICENCE_FIELDS_INVALID', 'a field is not needed', { faults });
  }
}
