/** What passes between the service's thread and those that make documents. */
import { ServiceError, type ErrorCode, type Fault } from '../errors.ts';
import type {
  DocumentSignature,
  LicenceFile,
  LicenceFilesOrder,
  SealArtwork,
} from './licenceFiles.ts';

/** Seals that both ends of a thread remember; then both forget all of them. */
export const MAX_REMEMBERED_SEALS = 64;

/** What a thread is given when it starts. */
export interface PressWorkerData {
  /** The licence font's file: read once a process. */
  readonly font: SharedArrayBuffer;
}

export type PressRequest =
  | {
      readonly kind: 'prepare';
      readonly id: number;
      readonly order: Omit<LicenceFilesOrder, 'seal'>;
      readonly seal: SealReference;
    }
  | {
      readonly kind: 'complete';
      readonly id: number;
      readonly signatures: readonly DocumentSignature[];
    }
  | { readonly kind: 'discard'; readonly id: number };

/** A seal by its number; with its artwork when the thread does not know it yet. */
export interface SealReference {
  readonly number: number;
  readonly artwork: SealArtwork | null;
}

export type PressReply =
  | { readonly kind: 'prepared'; readonly id: number; readonly toBeSigned: readonly Uint8Array[] }
  | { readonly kind: 'completed'; readonly id: number; readonly files: readonly LicenceFile[] }
  | { readonly kind: 'failed'; readonly id: number; readonly fault: PressFault };

/** An error, in parts that can travel. */
export interface PressFault {
  /** Null: an error of the program. */
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly faults: readonly Fault[];
}

export function toPressFault(error: unknown): PressFault {
  return error instanceof ServiceError
    ? { code: error.code, message: error.message, faults: error.faults }
    : { code: null, message: String(error), faults: [] };
}

export function fromPressFault({ code, message, faults }: PressFault): Error {
  return code === null ? new Error(message) : new ServiceError(code, message, { faults });
}
