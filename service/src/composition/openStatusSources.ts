import type { CrlPublisher } from '../certificates/publishCrls.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { ValidationSource } from '../documents/pdf/longTermData.ts';
import { createValidationSource } from '../documents/pdf/validationSource.ts';
import { createHttpStatusSource } from '../outbound/httpStatusSource.ts';
import type { Certificate } from '../pki/certificate.ts';
import type { CurrentTrust } from '../trust/currentTrust.ts';
import {
  createRevocationCache,
  type RevocationCache,
  type UnknownStatus,
} from '../trust/revocationCache.ts';
import type { VerificationParts } from '../verification/parts.ts';

/** By default only those are asked whose CA two people put on the trust list, wherever they live. */
export function openStatusGatherer(
  { revocationFetch }: Config,
  { clock, trust }: Readonly<{ clock: Clock; trust: CurrentTrust }>,
): Pick<VerificationParts, 'statusGatherer' | 'asksRecognisedOnly'> {
  if (revocationFetch === 'off') return {};
  const source = createHttpStatusSource({ allowsPrivate: revocationFetch !== 'on' });
  return {
    statusGatherer: createRevocationCache({ clock, source, trust }),
    asksRecognisedOnly: revocationFetch === 'recognised',
  };
}

/**
 * Our own lists are at hand, made anew where a certificate is newer; others are asked where their CA is on the trust list
 * or stamps for us.
 */
export function sourceOfProofs({
  clock,
  trust,
  crls,
  statusGatherer,
}: Readonly<{ clock: Clock; trust: CurrentTrust; crls: Pick<CrlPublisher, 'publishFor'> }> &
  Pick<VerificationParts, 'statusGatherer'>): ValidationSource {
  const ask = statusAsker({ trust, statusGatherer });
  return createValidationSource({
    clock,
    trust: () => trust.current,
    async gather(asked) {
      await crls.publishFor(asked.map(({ certificate }) => certificate));
      await ask(asked);
    },
  });
}

/** What is not known of a certificate, and who vouches for it. */
type AskedStatus = UnknownStatus & { readonly anchor: Certificate };

/** Asks others about certificates below anchors of the trust list; false: nothing new was learnt. */
export function statusAsker({
  trust,
  statusGatherer,
}: Readonly<{ trust: CurrentTrust; statusGatherer?: RevocationCache | undefined }>): (
  asked: readonly AskedStatus[],
) => Promise<boolean> {
  return async (asked) => {
    const foreign = asked.filter(({ anchor }) => trust.current.scopes?.has(anchor.fingerprint));
    if (foreign.length === 0 || statusGatherer === undefined) return false;
    return await statusGatherer.gather(foreign);
  };
}
