/** Port: the holder's material space: files once given, kept to be used again. */
import type { Page, PageRequest } from './licences.ts';

export const MATERIAL_FORMATS = ['pdf', 'ofd', 'png', 'jpeg'] as const;
export type MaterialFormat = (typeof MATERIAL_FORMATS)[number];

/** A file in a holder's space. Name and file are encrypted under the holder's data key. */
export interface HolderMaterial {
  /** ULID. */
  readonly id: string;
  readonly holderHash: string;
  readonly name: string;
  /** Code of the material in the catalogue; null: unsaid. */
  readonly materialCode: string | null;
  readonly format: MaterialFormat;
  readonly sha256: string;
  readonly sm3: string;
  /** Bytes. */
  readonly size: number;
  /** Account id. */
  readonly uploadedBy: string;
  readonly uploadedAt: Date;
}

export interface HolderMaterialStore {
  /**
   * @param limits - of the holder's whole space; `bytes` with the new file.
   * @throws ServiceError `REQUEST_TOO_LARGE` when it would go beyond them.
   */
  add(
    material: HolderMaterial,
    file: Uint8Array,
    limits: Readonly<{ files: number; bytes: number }>,
  ): Promise<void>;
  /** Null also when its holder was erased. */
  find(id: string): Promise<HolderMaterial | null>;
  /** Null also when its holder was erased. */
  file(id: string): Promise<Uint8Array | null>;
  /** Newest first. */
  list(holderHash: string, page: PageRequest): Promise<Page<HolderMaterial>>;
}
