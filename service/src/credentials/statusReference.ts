/** Where the status of something is published (Token Status List §6.1), as it stands in a code or a credential. */

import { STATUS_LIST_SIZE } from './statusBits.ts';

/** A place in a status list. */
export interface StatusReference {
  /** Number of the list, from 0. */
  readonly list: number;
  /** 0 to 2^17 − 1. */
  readonly index: number;
  /** `https://<host>/s/<list>`. */
  readonly uri: string;
}

const FORM = /^https?:\/\/[^/?#\s]{1,255}\/s\/(0|[1-9][0-9]{0,8})$/;

/** @param publicUrl - without path: `https://licences.example.cn`. */
export function statusReference(
  publicUrl: string,
  place: { readonly list: number; readonly index: number },
): StatusReference {
  return { list: place.list, index: place.index, uri: `${publicUrl}/s/${place.list}` };
}

/**
 * Reads `idx` and `uri`; both attacker-controlled.
 *
 * @returns `null` if they are no place in a list of ours.
 */
export function toStatusReference(idx: unknown, uri: unknown): StatusReference | null {
  const match = typeof uri === 'string' ? FORM.exec(uri) : null;
  const isIndex =
    Number.isInteger(idx) && (idx as number) >= 0 && (idx as number) < STATUS_LIST_SIZE; // a number by then
  if (match === null || !isIndex) {
    return null;
  }
  return { list: Number(match[1]), index: idx as number, uri: match[0] };
}
