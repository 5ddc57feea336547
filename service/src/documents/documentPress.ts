import {
  prepareLicenceFiles,
  type DocumentSignature,
  type LicenceFile,
  type LicenceFilesOrder,
} from './licenceFiles.ts';

/** Makes licences' files: on the caller's thread, or beside it. Private keys stay with the caller. */
export interface DocumentPress {
  /** @throws ServiceError as {@link prepareLicenceFiles}. */
  prepare(order: LicenceFilesOrder): Promise<PendingFiles>;
  /** Ends what it started; what is under way fails. */
  close(): Promise<void>;
}

/** Files that wait for their signature values. One of `complete` and `discard` must be called. */
export interface PendingFiles {
  /** What the document signer of each format signs, in the order of the formats. */
  readonly toBeSigned: readonly Uint8Array[];
  /** @param signatures - in the same order. */
  complete(signatures: readonly DocumentSignature[]): Promise<readonly LicenceFile[]>;
  discard(): void;
}

/** Works on the caller's thread. */
export const inlinePress: DocumentPress = {
  prepare: (order) =>
    new Promise((resolve) => {
      const { toBeSigned, complete } = prepareLicenceFiles(order);
      resolve({
        toBeSigned,
        complete: (signatures) =>
          new Promise((settle) => {
            settle(complete(signatures));
          }),
        discard: () => undefined,
      });
    }),
  close: () => Promise.resolve(),
};
