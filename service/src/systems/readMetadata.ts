import { disclose } from '../disclosure/prepareDisclosure.ts';
import type { Language } from '../language.ts';
import type { Report } from '../report.ts';
import type { LicenceFields } from '../store/store.ts';
import type { AdmittedCall } from './admitCall.ts';
import { askForLicence } from './askForLicence.ts';
import type { Occasion } from './authorise.ts';
import type { SystemParts } from './parts.ts';

export interface MetadataRequest extends Occasion {
  readonly identifier: string;
  /** Names; none: the verdict alone. */
  readonly fields: readonly string[];
  readonly language: Language;
}

export interface Metadata {
  readonly report: Report;
  /** Exactly the asked ones that the licence has; none unless the verdict is TOTAL-PASSED. */
  readonly fields: LicenceFields;
  /** SD-JWT of just these. */
  readonly credential: string | null;
  /** Id of the usage record. */
  readonly useId: string;
}

/**
 * Gives a client the verdict on a licence and the fields it asked for; the record is durable before.
 *
 * @throws ServiceError those of `askForLicence`; `STORE_UNAVAILABLE`.
 */
export async function readMetadata(
  parts: SystemParts,
  call: AdmittedCall,
  { language, ...request }: MetadataRequest,
): Promise<Metadata> {
  const ask = { ...request, scope: 'licence.metadata', kind: 'disclosure' } as const;
  const { licence, basis } = await askForLicence(parts, call, ask);
  const { report, fields, credential, use } = await disclose(parts.verification, {
    ...{ identifier: licence.identifier, fields: request.fields, kind: 'disclosure' },
    ...{ context: basis.context, details: basis.details, language },
  });
  return { report, fields, credential, useId: use.id };
}
