/** Every key and certificate of a city, made through a key store. */
import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { KeyStore } from '../keys/keyStore.ts';
import type { Signer } from '../keys/signer.ts';

export interface AuthorityName {
  readonly name: string;
  readonly creditCode: string;
}

export interface AuthoritySigners {
  readonly act: Signer;
  readonly documentSignerSm2: Signer;
  readonly documentSignerEs256: Signer;
  readonly codeSigner: Signer;
  readonly credentialSigner: Signer;
}

/** What every city has once. */
export interface CityPki {
  readonly sealMaker: Signer;
  readonly node: Signer;
  readonly timeStamper: Signer;
  readonly rootsPem: string;
  readonly intermediatesPem: string;
  /** Makes what is missing of an authority's keys and opens them. */
  authority(authority: AuthorityName): Promise<AuthoritySigners>;
}

/**
 * Makes what is missing of a city's keys and opens them; existing keys are kept.
 *
 * @param operator - stands in the subject of roots, intermediates, seal maker and node.
 */
export function openCityPki(parts: {
  readonly keyStore: KeyStore;
  readonly clock: Clock;
  readonly operator: AuthorityName;
}): Promise<CityPki> {
  return Promise.reject(new ServiceError('KEY_NOT_FOUND', parts.operator.creditCode));
}
