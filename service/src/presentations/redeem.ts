import type { Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import { findGrant } from '../grants/findGrant.ts';
import type { Language } from '../language.ts';
import { neededFields } from '../matters/matterDefinition.ts';
import { refusalOf } from '../store/presentations.ts';
import type { Presentation, RedemptionPlace, RedemptionRefusal } from '../store/store.ts';
import { recordUse, type UseDetails } from '../usage/recordUse.ts';
import { askingOf, type Asking, type AskingRequest } from './asking.ts';
import { readCode } from './codes.ts';
import type { PresentationParts } from './parts.ts';
import { contextOf, prepareAnswer, type Answer } from './prepareAnswer.ts';

export interface RedemptionRequest extends AskingRequest {
  /** What the clerk scanned or typed; attacker-controlled. */
  readonly code: string;
  readonly language: Language;
}

/**
 * Redeems a presentation, once: verdicts and fields are prepared, then claim, usage records and receipt are written in one
 * commit, and only then does the answer leave.
 *
 * @throws ServiceError `NOT_AUTHORISED` without a window, `MATTER_NOT_FOUND`, those of `requireCase`;
 * `PRESENTATION_NOT_REDEEMABLE`, one and the same whatever is wrong with the code, its reason in the trail;
 * `SPOKEN_CODE_LOCKED`; `STORE_UNAVAILABLE`, `KEY_UNFIT`: then nothing is disclosed, and the code is good still.
 */
export async function redeem(
  parts: PresentationParts,
  principal: Principal,
  request: RedemptionRequest,
): Promise<Answer> {
  const asking = await askingOf(parts, principal, request);
  const { presentation, place } = await findRedeemable(parts, asking, request.code);
  const early = refusalOf(presentation, place, parts.clock.now());
  if (early !== null) throw await refused(parts, asking, { presentation, refusal: early });
  if (!(await areGrantsInForce(parts, presentation, asking.matter.code))) {
    throw await refused(parts, asking, { presentation, refusal: 'GRANT_NOT_IN_FORCE' });
  }
  const { answer, rows } = await prepareAnswer(parts, {
    ...{ kind: 'presentation', asking, holderHash: presentation.holderHash },
    licences: presentation.licences.map(({ identifier, typeCode, fields, grant }) => ({
      ...{ identifier, grant },
      fields: fields ?? neededFields(asking.matter.definition, typeCode) ?? [],
    })),
    details: { presentation: presentation.id },
    language: request.language,
  });
  const refusal = await parts.store.presentations.redeem(presentation.id, place, rows);
  if (refusal !== null) throw await refused(parts, asking, { presentation, refusal });
  return answer;
}

interface Redeemable {
  readonly presentation: Presentation;
  readonly place: RedemptionPlace;
}

async function findRedeemable(
  parts: PresentationParts,
  asking: Asking,
  text: string,
): Promise<Redeemable> {
  const { presentations } = parts.store;
  const code = readCode(parts, text);
  const place: RedemptionPlace = {
    ...{ by: asking.clerk.accountId, window: asking.window.code, matter: asking.matter.code },
    isSpoken: code?.kind === 'spoken',
  };
  if (code?.kind === 'spoken') {
    const guess = await presentations.guess(code.hash, place, parts.limits.spoken);
    if (guess.outcome === 'found') return { presentation: guess.presentation, place };
    if (guess.outcome === 'missed') throw await refused(parts, asking, guess);
    throw await locked(parts, asking, guess.until);
  }
  const presentation = code === null ? null : await presentations.findByCode(code.hash);
  if (presentation === null) {
    throw await refused(parts, asking, { presentation, refusal: 'CODE_UNKNOWN' });
  }
  return { presentation, place };
}

/** Asked anew: an agent acts only while the grant holds, and for the matters it names. */
async function areGrantsInForce(
  parts: PresentationParts,
  { licences, holderHash, makerId }: Presentation,
  matter: string,
): Promise<boolean> {
  if (licences.every(({ grant }) => grant === null)) return true;
  const agent = await parts.store.accounts.find(makerId);
  if (agent === null || holderHash === null) return false;
  const at = parts.clock.now();
  for (const licence of licences) {
    const question = { agent, holderHash, licence, matter, at };
    if (licence.grant !== null && (await findGrant(parts, question)) === null) return false;
  }
  return true;
}

interface Refused {
  readonly presentation: Presentation | null;
  readonly refusal: RedemptionRefusal;
}

/** Records a refusal where the holder sees it, if there is one. @returns the error that says nothing of the reason. */
async function refused(
  parts: PresentationParts,
  asking: Asking,
  { presentation, refusal }: Refused,
): Promise<ServiceError> {
  const [first, ...others] = presentation?.licences ?? [];
  await recordUse(
    { clock: parts.clock, usage: parts.store.usage },
    {
      ...{ kind: 'presentation', outcome: 'refused', reason: refusal },
      subject: { kind: 'presentation', identifier: presentation?.id ?? 'unknown' },
      licence: others.length === 0 ? (first?.identifier ?? null) : null,
      ...{ esId: null, indication: null },
      holderHash: presentation?.holderHash ?? null,
      details: detailsOf(presentation, asking),
    },
    contextOf(asking),
  );
  return new ServiceError(
    'PRESENTATION_NOT_REDEEMABLE',
    'nothing can be redeemed by this code, here and now',
  );
}

function detailsOf(presentation: Presentation | null, { caseId }: Asking): UseDetails {
  return {
    ...(presentation === null ? {} : { presentation: presentation.id }),
    ...(caseId === null ? {} : { caseId }),
  };
}

async function locked(
  parts: PresentationParts,
  asking: Asking,
  until: Date,
): Promise<ServiceError> {
  await refused(parts, asking, { presentation: null, refusal: 'SPOKEN_CODE_LOCKED' });
  const seconds = Math.ceil((until.getTime() - parts.clock.now().getTime()) / 1000);
  return new ServiceError(
    'SPOKEN_CODE_LOCKED',
    'too many wrong codes were typed: scan the QR code instead',
    { retryAfterSeconds: Math.max(1, seconds) },
  );
}
