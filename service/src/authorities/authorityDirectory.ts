import { statePlaces, type AuthorityRecord } from '@yinxin/chaincode/model';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { ActRecorder, Ledger } from '../ledger/ledger.ts';
import { parseCertificate, type Certificate } from '../pki/certificate.ts';
import type { AuthoritySigners, CityPki } from '../pki/cityPki.ts';
import type { Store } from '../store/store.ts';
import { putNewKeys, type LedgerKeyParts } from './ledgerKeys.ts';

/** Finds authorities' signers and the certificates of code signers. */
export interface AuthorityDirectory {
  /** Signers of a registered authority. @throws ServiceError `ORGANISATION_NOT_FOUND`, `KEY_UNFIT`. */
  readonly signersOf: (creditCode: string) => Promise<AuthoritySigners>;
  /**
   * Code signers on the ledger, retired ones included, whose certificate's SHA-256 starts with these bytes.
   *
   * @param keyIdentifier - 16 lower-case hex characters.
   */
  readonly findCodeSigners: (keyIdentifier: string) => Promise<readonly Certificate[]>;
  /** Opens all signers anew when they are asked for next: keys were revoked. */
  readonly forget: () => void;
}

/** By the first 8 bytes of the certificate's SHA-256, lower-case hex. */
type CodeSigners = ReadonlyMap<string, readonly Certificate[]>;

/** An unknown key identifier makes the directory look again, but not more often than this. */
const LOOK_AGAIN_MS = 1000;
/** Keys have generations, a new one a month before the old one ends: signers are opened anew every day. */
const OPEN_AGAIN_MS = 86_400_000;

export function authorityDirectory(
  parts: Readonly<{
    clock: Clock;
    store: Pick<Store, 'organisations'>;
    ledger: Pick<Ledger, 'readStates'>;
    recorder: ActRecorder;
    pki: Pick<CityPki, 'authority'> & LedgerKeyParts['pki'];
  }>,
): AuthorityDirectory {
  const opened = new Map<
    string,
    { readonly at: number; readonly signers: Promise<AuthoritySigners> }
  >();
  let codeSigners: Promise<CodeSigners> = Promise.resolve(new Map());
  let lookedAt = 0;
  return {
    signersOf(creditCode) {
      const now = parts.clock.now().getTime();
      const known = opened.get(creditCode);
      if (known !== undefined && now - known.at < OPEN_AGAIN_MS) return known.signers;
      const opening = openSigners(parts, creditCode);
      opened.set(creditCode, { at: now, signers: opening });
      opening.then(
        () => (lookedAt = 0), // its first code can be verified at once
        () => opened.delete(creditCode), // it may be registered later
      );
      return opening;
    },
    async findCodeSigners(keyIdentifier) {
      const known = (await codeSigners).get(keyIdentifier);
      if (known !== undefined) return known;
      const now = parts.clock.now().getTime();
      if (now - lookedAt >= LOOK_AGAIN_MS) {
        lookedAt = now;
        // concurrent callers await the same look
        codeSigners = readCodeSigners(parts).catch((error: unknown) => {
          lookedAt = 0;
          codeSigners = Promise.resolve(new Map());
          throw error;
        });
      }
      return (await codeSigners).get(keyIdentifier) ?? [];
    },
    forget() {
      opened.clear();
    },
  };
}

async function openSigners(
  parts: LedgerKeyParts &
    Readonly<{ store: Pick<Store, 'organisations'>; pki: Pick<CityPki, 'authority'> }>,
  creditCode: string,
): Promise<AuthoritySigners> {
  const organisation = await parts.store.organisations.find(creditCode);
  if (organisation === null) {
    throw new ServiceError('ORGANISATION_NOT_FOUND', `no organisation ${creditCode}`);
  }
  const signers = await parts.pki.authority({ creditCode, name: organisation.name });
  await putNewKeys(parts, creditCode, signers);
  return signers;
}

async function readCodeSigners(
  parts: Readonly<{
    store: Pick<Store, 'organisations'>;
    ledger: Pick<Ledger, 'readStates'>;
  }>,
): Promise<CodeSigners> {
  const organisations = await parts.store.organisations.list();
  const { values } = await parts.ledger.readStates(
    organisations.map(({ creditCode }) => statePlaces.authority(creditCode)),
  );
  const found = new Map<string, Certificate[]>();
  for (const value of values) {
    for (const key of (value as AuthorityRecord | null)?.keys ?? []) {
      if (key.purpose !== 'code') continue;
      const identifier = key.keyId.slice(0, 16);
      const certificate = parseCertificate(new Uint8Array(Buffer.from(key.certificate, 'base64')));
      found.set(identifier, [...(found.get(identifier) ?? []), certificate]);
    }
  }
  return found;
}
