/** The checkpoint of now, judged, and compared with the one this browser saw before. */
import { browserMemory } from '../../i18n/language.ts';
import type { Certificate } from '../../offline/certificate.ts';
import { decodeUtf8 } from '../../offline/bytes.ts';
import { api, ask, type Asked } from '../api.ts';
import { readCheckpoint, type Checkpoint } from './proof/checkpoint.ts';
import { concludeSteps, type Step } from './proof/steps.ts';
import { fetchFile, loadRoots, loadTrust, readPem } from './proof/trust.ts';
import { judgeNote, judgePath } from './proof/verifyProof.ts';
import {
  isAlarm,
  keepSeen,
  recallSeen,
  witness,
  type Seen,
  type WitnessVerdict,
} from './proof/witness.ts';

export interface Witnessed {
  readonly checkpoint: Checkpoint | null;
  readonly note: string;
  /** Signature of the checkpoint, and the path of the node's certificate. */
  readonly steps: readonly Step[];
  /** null: there is nothing to compare. */
  readonly verdict: WitnessVerdict | null;
  readonly seen: Seen | null;
}

/** Looks at the ledger once. What is right, and grew from what was seen before, is kept in place of that. */
export async function lookAtLedger(): Promise<Asked<Witnessed>> {
  const bytes = await fetchFile('/ledger/checkpoint');
  const note = bytes === null ? '' : (decodeUtf8(bytes) ?? '');
  const checkpoint = readCheckpoint(note);
  const steps = await judgeSignature(checkpoint);
  const seen = recallSeen(browserMemory());
  const verdict = checkpoint === null ? null : await witness(seen, checkpoint, askConsistency);
  const isRight = verdict !== null && concludeSteps(steps) === 'TOTAL-PASSED';
  if (isRight && (verdict.kind === 'first' || verdict.kind === 'grown')) {
    keepSeen(browserMemory(), { note, at: new Date().toISOString() });
  }
  return { ok: true, data: { checkpoint, note, steps, verdict, seen }, response: new Response() };
}

/** Takes the ledger of now for the right one, whatever was seen before. */
export function beginWith(note: string): void {
  keepSeen(browserMemory(), { note, at: new Date().toISOString() });
}

export { isAlarm };

async function askConsistency(from: number, to: number): Promise<readonly string[] | null> {
  const asked = await ask(api.GET('/ledger/consistency', { params: { query: { from, to } } }));
  return asked.ok ? asked.data.proof : null;
}

async function judgeSignature(checkpoint: Checkpoint | null): Promise<readonly Step[]> {
  const path = await nodePath();
  const [leaf] = path;
  if (leaf === undefined) {
    const fault = 'no certificate of the node is at hand';
    return [{ name: 'checkpoint', indication: 'INDETERMINATE', fault, rows: [] }];
  }
  const trust = await loadTrust(fetchFile, await loadRoots(fetchFile), path);
  return [
    await judgeNote(checkpoint, leaf),
    await judgePath('node', path, { trust, at: new Date(), purpose: 'node' }),
  ];
}

/** The certificates of the key that signs checkpoints; empty: they cannot be had or read. */
async function nodePath(): Promise<readonly Certificate[]> {
  return readPem(await fetchFile('/ledger/node-certificates'));
}
