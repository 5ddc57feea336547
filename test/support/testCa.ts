/** A city's keys and trust, made in the run. */
import type { AuthoritySigners } from '../../service/src/pki/cityPki.ts';
import type { Signer } from '../../service/src/keys/signer.ts';
import type { TrustStore } from '../../service/src/pki/trustStore.ts';

export interface TestCity extends AuthoritySigners {
  /** The one authority of the city, whose signers stand beside it. */
  readonly authority: { readonly name: string; readonly creditCode: string };
  readonly sealMaker: Signer;
  readonly node: Signer;
  readonly timeStamper: Signer;
  readonly trust: TrustStore;
  readonly rootsPem: string;
  readonly intermediatesPem: string;
}

/** @param at - RFC 3339; certificates begin here and the keys sign as of this instant. */
export function testCity(at = '2026-01-01T00:00:00Z'): Promise<TestCity> {
  return Promise.reject(new Error(at));
}
