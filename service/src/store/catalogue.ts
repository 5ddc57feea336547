/** Port: licence types and matters. */
import type { DocumentFormat } from '@yinxin/chaincode/model';

/** How a kind of licence looks and is issued. Every `put` makes a new version; older ones stay readable. */
export interface LicenceType {
  readonly typeCode: string;
  /** From 1. */
  readonly version: number;
  readonly name: string;
  /** Credit code of the issuing authority; null when any issuer may use it. */
  readonly issuer: string | null;
  /** JSON Schema of the licence's fields. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly layout: Readonly<Record<string, unknown>>;
  readonly sealEsId: string;
  readonly approval: 'single' | 'dual';
  readonly formats: readonly DocumentFormat[];
  readonly updatedAt: Date;
}

export interface LicenceTypeStore {
  /**
   * Adds the next version.
   *
   * @param type - `version` must be one more than the newest, or 1.
   * @throws ServiceError `LICENCE_STATE_CONFLICT` when that version is there already (somebody was faster).
   */
  put(type: LicenceType): Promise<void>;
  /** The newest version, or the one asked for; null when there is none. */
  find(typeCode: string, version?: number): Promise<LicenceType | null>;
  /** Newest version of each, by type code. */
  list(): Promise<readonly LicenceType[]>;
  /** Another number whenever any process has put a version; cheap to ask for. */
  revision(): Promise<number>;
}

/** A matter (事项) with its materials; the definition's shape belongs to the use cases. Every `put` makes a new version. */
export interface Matter {
  readonly code: string;
  /** From 1. */
  readonly version: number;
  readonly name: string;
  readonly definition: Readonly<Record<string, unknown>>;
  readonly updatedAt: Date;
}

export interface MatterStore {
  /** Adds versions, all or none. One that is there already stays as it is. */
  put(matters: readonly Matter[]): Promise<void>;
  /** The newest version, or the one asked for; null when there is none. The same version is always the same object. */
  find(code: string, version?: number): Promise<Matter | null>;
  /** Newest first. */
  versions(code: string): Promise<readonly Matter[]>;
  /** Newest version of each, by code. */
  list(): Promise<readonly Matter[]>;
  /** Another number whenever any process has put a version; cheap to ask for. */
  revision(): Promise<number>;
}
