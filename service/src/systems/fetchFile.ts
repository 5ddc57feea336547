import type { DocumentFormat } from '@yinxin/chaincode/model';
import type { AnnotatedCopy } from '../copies/annotatedCopy.ts';
import { makeAnnotatedCopy } from '../copies/makeAnnotatedCopy.ts';
import { ServiceError } from '../errors.ts';
import type { Language } from '../language.ts';
import type { AdmittedCall } from './admitCall.ts';
import { askForLicence } from './askForLicence.ts';
import type { Occasion } from './authorise.ts';
import type { SystemParts } from './parts.ts';

/** How long a copy for another system is good at most. */
export const MAX_COPY_DAYS = 30;
const DAY_MS = 86_400_000;

export interface FileRequest extends Occasion {
  readonly identifier: string;
  readonly format: DocumentFormat;
  /** What the copy shall show; null: all that the client may see. */
  readonly fields: readonly string[] | null;
  /** Null: {@link MAX_COPY_DAYS} from now. */
  readonly validUntil: Date | null;
  readonly language: Language;
}

/**
 * Gives a client an annotated copy of a licence that is in force, sealed by its own organisation's service seal; the
 * original never leaves.
 *
 * @throws ServiceError those of `askForLicence` and of `makeAnnotatedCopy`; `REQUEST_MALFORMED` for an end that is past
 * or too far.
 */
export async function fetchFile(
  parts: SystemParts,
  call: AdmittedCall,
  { format, language, validUntil, ...request }: FileRequest,
): Promise<AnnotatedCopy> {
  const end = endOf(validUntil, parts.clock.now());
  const ask = {
    ...request,
    fields: request.fields ?? [],
    scope: 'licence.file',
    kind: 'copy',
  } as const;
  const { licence, basis } = await askForLicence(parts, call, ask);
  const { matter: code } = request;
  const matter = code === null ? null : await parts.store.matters.find(code);
  return await makeAnnotatedCopy(parts, {
    ...{ identifier: licence.identifier, format, fields: request.fields ?? basis.fields },
    ...{ purpose: basis.purpose.name, validUntil: end, window: null, receiptId: null },
    matter: matter === null ? null : { code: matter.code, name: matter.name },
    organisation: await organisationOf(parts, call),
    requesterId: call.accountId,
    ...{ context: basis.context, details: basis.details, language },
  });
}

function endOf(validUntil: Date | null, now: Date): Date {
  const latest = new Date(now.getTime() + MAX_COPY_DAYS * DAY_MS);
  if (validUntil === null) return latest;
  if (validUntil > now && validUntil <= latest) return validUntil;
  const detail = `must be to come, within ${MAX_COPY_DAYS} days`;
  throw new ServiceError('REQUEST_MALFORMED', `validUntil ${detail}`, {
    faults: [{ pointer: '/validUntil', detail }],
  });
}

async function organisationOf(
  { store }: SystemParts,
  { client }: AdmittedCall,
): Promise<{ readonly creditCode: string; readonly name: string }> {
  const found = await store.organisations.find(client.organisation);
  return { creditCode: client.organisation, name: found?.name ?? client.organisation };
}
