/** Names of the values of the world state: one function an object type. */
import type { ContractName } from './act.js';
import { formatVersion } from './codes.js';
import type {
  ActRecord,
  AuthorityRecord,
  BatchRecord,
  GenesisRecord,
  LicenceRecord,
  LicenceTypeRecord,
  LicenceVersionRecord,
  MandateRecord,
  MatterRecord,
  SealDayRecord,
  SealedDocumentRecord,
  SealRecord,
  SealStatusRecord,
  SuccessorRecord,
  TrustAnchorRecord,
  TrustEntryRecord,
  TrustListRecord,
} from './records.js';

/** Place of a value of type `V`: a composite key and the contract that can be asked for it. */
export interface StatePlace<V> {
  readonly contract: ContractName;
  readonly objectType: string;
  readonly attributes: readonly string[];
  /** Never set: ties the value's type to its place. */
  readonly valueType?: V;
}

export const statePlaces = {
  genesis: (): StatePlace<GenesisRecord> => place('authority', 'registry', 'genesis'),
  authority: (creditCode: string): StatePlace<AuthorityRecord> =>
    place('authority', 'authority', creditCode),
  trustAnchor: (fingerprint: string): StatePlace<TrustAnchorRecord> =>
    place('authority', 'trustAnchor', fingerprint),
  trustList: (): StatePlace<TrustListRecord> => place('authority', 'registry', 'trustList'),
  /** @param number - from 1. */
  trustEntry: (number: number): StatePlace<TrustEntryRecord> =>
    place('authority', 'trustEntry', String(number).padStart(6, '0')),
  seal: (esId: string): StatePlace<SealRecord> => place('seal', 'seal', esId),
  sealStatus: (esId: string): StatePlace<SealStatusRecord> => place('seal', 'sealStatus', esId),
  mandate: (esId: string): StatePlace<MandateRecord> => place('seal', 'mandate', esId),
  /** @param day - `yyyymmdd` in Asia/Shanghai. */
  sealDay: (esId: string, day: string): StatePlace<SealDayRecord> =>
    place('seal', 'sealDay', esId, day),
  /** @param sha256 - digest of the sealed document, lower-case hex. */
  sealedDocument: (esId: string, sha256: string): StatePlace<SealedDocumentRecord> =>
    place('seal', 'sealedDocument', esId, sha256),
  /** @param base - `typeCode.issuer.serial`. */
  licence: (base: string): StatePlace<LicenceRecord> => place('licence', 'licence', base),
  licenceVersion: (base: string, version: number): StatePlace<LicenceVersionRecord> =>
    place('licence', 'version', base, formatVersion(version)),
  successor: (base: string): StatePlace<SuccessorRecord> => place('licence', 'successor', base),
  licenceType: (typeCode: string): StatePlace<LicenceTypeRecord> =>
    place('catalogue', 'licenceType', typeCode),
  licenceTypeVersion: (typeCode: string, version: number): StatePlace<LicenceTypeRecord> =>
    place('catalogue', 'licenceType', typeCode, String(version)),
  matter: (code: string): StatePlace<MatterRecord> => place('catalogue', 'matter', code),
  matterVersion: (code: string, version: number): StatePlace<MatterRecord> =>
    place('catalogue', 'matter', code, String(version)),
  /** @param root - RFC 6962 root, lower-case hex. */
  batch: (root: string): StatePlace<BatchRecord> => place('usage', 'batch', root),
  /** @param id - ULID of the act. */
  act: (id: string): StatePlace<ActRecord> => place('licence', 'act', id),
} as const;

function place<V>(
  contract: ContractName,
  objectType: string,
  ...attributes: readonly string[]
): StatePlace<V> {
  return { contract, objectType, attributes };
}
