/** From the service's answer to judged evidence: reads it, fetches what it is judged by, judges. */
import type { Certificate } from '../../../offline/certificate.ts';
import { readProof, type Proof } from './proofForm.ts';
import { loadRoots, loadTrust, type FetchFile } from './trust.ts';
import { readPath, verifyProof, type JudgedProof } from './verifyProof.ts';

export interface Judged extends JudgedProof {
  /** What all paths had to lead to. */
  readonly roots: readonly Certificate[];
}

/** @param value - of `JSON.parse`; attacker-controlled. */
export async function judgeProof(
  value: unknown,
  question: Readonly<{ subject: Proof['subject']; at: Date; fetchFile: FetchFile }>,
): Promise<Judged> {
  const roots = await loadRoots(question.fetchFile);
  const certificates = await certificatesOf(readProof(value));
  const trust = await loadTrust(question.fetchFile, roots, certificates);
  return { ...(await verifyProof(value, { ...question, trust })), roots };
}

async function certificatesOf(proof: Proof | null): Promise<readonly Certificate[]> {
  if (proof === null) return [];
  const paths = [proof.nodeCertificates, ...proof.acts.map(({ certificates }) => certificates)];
  const read = await Promise.all(paths.map(readPath));
  return read.flatMap((path) => path ?? []);
}
