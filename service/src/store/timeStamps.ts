/** Port: released files that wait for a time-stamp. */
import type { DocumentFormat } from '@yinxin/chaincode/model';

/** A file that no time-stamping authority was in reach for. */
export interface PendingTimeStamp {
  readonly ownerKind: 'licence' | 'sealSignature';
  /** Identifier of the licence, or id of the seal signature. */
  readonly ownerId: string;
  readonly format: DocumentFormat;
}

export interface TimeStampStore {
  /** Released files whose time has come, the longest due first. */
  due(at: Date, limit: number): Promise<readonly PendingTimeStamp[]>;
  /** Sets when a file is due again. */
  postpone(file: PendingTimeStamp, until: Date): Promise<void>;
  /** For a file that cannot be stamped any more: it shows `none` from now on. */
  giveUp(file: PendingTimeStamp): Promise<void>;
}
