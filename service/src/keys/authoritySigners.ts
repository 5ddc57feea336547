import type { KeyStore } from './keyStore.ts';
import type { Signer } from './signer.ts';

/** The keys an authority holds, by their part in the key's name. */
export type AuthorityKey =
  'act' | 'document-sm2' | 'document-p256' | 'code' | 'credential' | 'seal-maker';

/** Opens the signers of authorities by credit code. */
export interface AuthoritySigners {
  /** @throws ServiceError `KEY_NOT_FOUND`, `KEY_UNFIT`. */
  of(creditCode: string, key: AuthorityKey): Promise<Signer>;
}

/** Name of an authority's key in the key store. */
export function authorityKeyName(creditCode: string, key: AuthorityKey): string {
  return `${creditCode}.${key}`;
}

/** Signers from a key store, each opened once: a signer itself refuses to sign outside its certificate's period. */
export function authoritySigners(keys: KeyStore): AuthoritySigners {
  const opened = new Map<string, Promise<Signer>>();
  return {
    of(creditCode, key) {
      const name = authorityKeyName(creditCode, key);
      const known = opened.get(name);
      if (known !== undefined) return known;
      const signer = keys.open(name);
      opened.set(name, signer);
      signer.catch(() => opened.delete(name)); // a key that is not there yet may come later
      return signer;
    },
  };
}
