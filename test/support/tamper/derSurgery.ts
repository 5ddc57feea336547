/** Changing one element of a DER structure; the lengths around it follow. */
import { readChildren, readDer } from '../../../service/src/pki/der.ts';
import { encodeDer } from '../../../service/src/pki/derEncoding.ts';

/** Where an element is: its index in each constructed element from the outermost in, negative ones from the end. */
export type DerPath = readonly number[];

export function elementAt(der: Uint8Array, path: DerPath): Uint8Array {
  const [index, ...rest] = path;
  if (index === undefined) return der;
  return elementAt(membersOf(der).at(index)!, rest);
}

/** @param change - null takes the element out; several stand in its place one after the other. */
export function operate(
  der: Uint8Array,
  path: DerPath,
  change: (element: Uint8Array) => Uint8Array | readonly Uint8Array[] | null,
): Uint8Array {
  const [step, ...rest] = path;
  if (step === undefined) {
    const changed = change(der);
    return changed instanceof Uint8Array ? changed : Buffer.concat(changed ?? []);
  }
  const members = membersOf(der);
  const index = step < 0 ? members.length + step : step;
  const member = operate(members[index] ?? new Uint8Array(), rest, change);
  return encodeDer(der[0]!, ...members.slice(0, index), member, ...members.slice(index + 1));
}

export function membersOf(der: Uint8Array): Uint8Array[] {
  return readChildren(readDer(der, der[0]!)).map(({ bytes }) => bytes);
}

/** Path and bytes of every primitive element. */
export function leavesOf(der: Uint8Array, path: DerPath = []): (readonly [DerPath, Uint8Array])[] {
  const isConstructed = (der[0]! & 0x20) !== 0;
  if (!isConstructed) return [[path, der]];
  return membersOf(der).flatMap((member, index) => leavesOf(member, [...path, index]));
}
