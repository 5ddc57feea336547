import type { Certificate } from '../pki/certificate.ts';
import type { TrustStore } from '../pki/trustStore.ts';
import type { UnknownStatus } from '../trust/revocationCache.ts';
import type { VerificationParts } from './parts.ts';
import type { Finding } from './report.ts';

/** A list may name another list, and a responder may be asked where a list was no help. */
const MAX_ROUNDS = 3;

/**
 * Judges; where the status of certificates below our anchors could not be told, asks about it and judges again.
 *
 * @param judge - asked again with every answer that is new.
 */
export async function withStatus(
  parts: VerificationParts,
  judge: (parts: VerificationParts) => Promise<Finding>,
): Promise<Finding> {
  const { statusGatherer } = parts;
  if (statusGatherer === undefined) return await judge(parts);
  statusGatherer.sweep();
  for (let round = 0; ; round++) {
    const unknown = new Map<string, UnknownStatus>();
    const finding = await judge(listening(parts, unknown));
    const isOpen = finding.checks.some(({ subIndication }) => subIndication === 'TRY_LATER');
    if (!isOpen || unknown.size === 0 || round === MAX_ROUNDS) return finding;
    if (!(await statusGatherer.gather([...unknown.values()]))) return finding;
  }
}

/** The same parts, but what is not known goes into a list. */
function listening(
  parts: VerificationParts,
  unknown: Map<string, UnknownStatus>,
): VerificationParts {
  const { recognition, asksRecognisedOnly = false } = parts;
  const isAsked = ({ fingerprint }: Certificate): boolean =>
    !asksRecognisedOnly || recognition?.find(fingerprint) != null;
  return {
    ...parts,
    trust: tell(parts.trust, unknown, isAsked),
    ...(recognition === undefined
      ? {}
      : {
          recognition: {
            ...recognition,
            get trust() {
              return tell(recognition.trust, unknown, isAsked);
            },
          },
        }),
  };
}

function tell(
  trust: TrustStore,
  unknown: Map<string, UnknownStatus>,
  isAsked: (anchor: Certificate) => boolean,
): TrustStore {
  const { revocation } = trust;
  if (revocation === undefined) return trust;
  return {
    ...trust,
    revocation: {
      ...revocation,
      onUnknown(certificate, issuer, anchor) {
        if (!isAsked(anchor)) return;
        const key = certificate.fingerprint + issuer.fingerprint;
        unknown.set(key, { certificate, issuer });
      },
    },
  };
}
