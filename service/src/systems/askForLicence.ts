import { ServiceError } from '../errors.ts';
import { readIdentifier } from '../identifier.ts';
import type { LicenceFacts, UsageKind } from '../store/store.ts';
import type { ClientScope } from '../store/systems.ts';
import type { AdmittedCall } from './admitCall.ts';
import { authorise, basisFor, refuse, type Ask, type Basis, type Occasion } from './authorise.ts';
import type { SystemParts } from './parts.ts';

export interface LicenceAsk extends Occasion {
  readonly identifier: string;
  readonly scope: ClientScope;
  readonly kind: UsageKind;
  readonly fields: readonly string[];
}

/**
 * Asks whether a client may have something of one licence, and on what basis.
 *
 * @throws ServiceError `CODE_MALFORMED`, `LICENCE_NOT_FOUND`, those of `authorise`, `GRANT_NEEDED`.
 */
export async function askForLicence(
  parts: SystemParts,
  call: AdmittedCall,
  { identifier: text, ...asked }: LicenceAsk,
): Promise<{ readonly licence: LicenceFacts; readonly basis: Basis }> {
  const { text: identifier } = readIdentifier(text);
  const licence = await parts.store.licences.facts(identifier);
  if (licence === null || licence.state === 'drafted' || licence.state === 'returned') {
    throw new ServiceError('LICENCE_NOT_FOUND', `no licence ${identifier}`);
  }
  const { typeCode, holderHash } = licence;
  const ask: Ask = {
    ...{ ...asked, typeCode, holderHash },
    ...{ subject: { kind: 'licence', identifier }, licence: identifier },
  };
  const basis = await authorise(parts, call, ask);
  const { matter } = asked;
  const granted = await basisFor(parts, call, basis, { licence, holderHash, matter });
  if (granted === null) throw await refuse(parts, call, ask, 'GRANT_NEEDED');
  return { licence, basis: granted };
}
