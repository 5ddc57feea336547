import type { PdfSigner, Signer } from '../keys/signer.ts';
import type { AuthoritySigners } from '../pki/cityPki.ts';
import { readSeal } from '../sealing/sealUses.ts';
import type { SealParts } from './parts.ts';

/**
 * Who signs an authority's PDFs under a seal: of its imported keys the newest that the seal lists, else the key made here.
 *
 * @throws ServiceError `SEAL_NOT_FOUND`, `LEDGER_UNAVAILABLE`.
 */
export async function pdfSignerOf(
  { importedSigners, ledger }: Pick<SealParts, 'importedSigners' | 'ledger'>,
  { esId, creditCode }: Readonly<{ esId: string; creditCode: string }>,
  signers: AuthoritySigners,
): Promise<PdfSigner | Signer> {
  const imported = await importedSigners.all(creditCode);
  if (imported.length === 0) return signers.documentSignerEs256;
  const { seal } = await readSeal(ledger, esId);
  const listed = imported.find(({ keyId }) => seal.signerCertificates.includes(keyId));
  return listed ?? signers.documentSignerEs256;
}
