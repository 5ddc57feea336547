/** Parses what a transaction function is given: attacker-controlled text. */
import type { Act, ContractName, SignedAct } from './act.js';
import { SIGNED_ACT_SCHEMAS } from './actSchema.js';
import { canonicalise } from './canonicalJson.js';
import { ContractError } from './errors.js';

export const MAX_ACTS = 500;
/** About what a Fabric message can carry. */
export const MAX_BATCH_CHARACTERS = 4 * 1024 * 1024;

/** A well-formed act; codes, rights and signature are still to be checked. */
export interface ParsedAct {
  readonly act: Act;
  /** Canonical bytes of the act: the leaf data of the batch, and what is signed. */
  readonly bytes: Uint8Array;
  readonly signature: string;
}

/**
 * Parses a batch of signed acts, canonical JSON of an array.
 *
 * @param text - attacker-controlled.
 * @param contract - the only contract whose acts are taken.
 * @throws ContractError `ACTS_MALFORMED` if any part is not exactly as it must be; nothing of the batch is taken then.
 */
export function parseBatch(text: string, contract: ContractName): readonly ParsedAct[] {
  const items = parseArray(text);
  const texts: string[] = [];
  const acts = items.map((item, index) => {
    const { act, signature } = requireSignedAct(item, index, contract);
    const actText = canonicalise(act);
    texts.push(`{"act":${actText},"signature":"${signature}"}`);
    return { act, signature, bytes: Buffer.from(actText, 'utf8') };
  });
  if (`[${texts.join(',')}]` !== text)
    throw malformed('the text is not in canonical form (RFC 8785)');
  return acts;
}

/** Writes signed acts as the argument of a transaction function. */
export function encodeBatch(acts: readonly SignedAct[]): string {
  return canonicalise(acts);
}

function parseArray(text: string): readonly unknown[] {
  if (text.length > MAX_BATCH_CHARACTERS)
    throw malformed(`the text is longer than ${MAX_BATCH_CHARACTERS} characters`);
  let items: unknown;
  try {
    items = JSON.parse(text);
  } catch {
    throw malformed('the text is not JSON');
  }
  if (!Array.isArray(items) || items.length < 1 || items.length > MAX_ACTS)
    throw malformed(`a batch is a list of 1 to ${MAX_ACTS} acts`);
  return items as readonly unknown[];
}

function requireSignedAct(item: unknown, index: number, contract: ContractName): SignedAct {
  const name = nameOf(item);
  const schema = name.startsWith(`${contract}.`) ? SIGNED_ACT_SCHEMAS.get(name) : undefined;
  if (schema === undefined) throw malformed(`/${index} is not an act of the contract ${contract}`);
  const fault = schema(item, `/${index}`);
  if (fault !== null) throw malformed(fault);
  return item as SignedAct; // the schema of its name fits
}

function nameOf(item: unknown): string {
  const { act } = (item ?? {}) as { readonly act?: { readonly act?: unknown } | null }; // any member may be missing or wrong
  return typeof act?.act === 'string' ? act.act : '';
}

function malformed(why: string): ContractError {
  return new ContractError('ACTS_MALFORMED', why);
}
