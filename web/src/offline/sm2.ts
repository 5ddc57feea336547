/** Verifying SM2 signatures (GB/T 32918.2) with SM3 and the default user id. Only public values: time tells nothing. */
import { encodeUtf8, toHex } from './bytes.ts';
import { sm3 } from './sm3.ts';

// The curve of GB/T 32918.5
const P = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn;
const A = P - 3n;
const B = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n;
const N = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
const G: Affine = {
  x: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  y: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
};
const USER_ID = encodeUtf8('1234567812345678'); // GM/T 0009-2012

interface Affine {
  readonly x: bigint;
  readonly y: bigint;
}

/** Jacobian: x = X/Z², y = Y/Z³; Z = 0 is the point at infinity. */
interface Point extends Affine {
  readonly z: bigint;
}

const INFINITY: Point = { x: 1n, y: 1n, z: 0n };

/**
 * Verifies a signature; all three arguments may be attacker-controlled.
 *
 * @param key - 0x04‖x‖y; a point that is not on the curve verifies nothing.
 * @param signature - r‖s, 64 bytes, both in [1, n − 1].
 */
export function verifySm2(key: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  const point = readPoint(key);
  const r = toNumber(signature.subarray(0, 32));
  const s = toNumber(signature.subarray(32));
  const t = (r + s) % N;
  if (point === null || signature.length !== 64 || !isInRange(r) || !isInRange(s) || t === 0n) {
    return false;
  }
  const digest = toNumber(sm3(concatenate([sm3(userDigestInput(key)), bytes])));
  const sum = add(multiply({ ...G, z: 1n }, s), multiply({ ...point, z: 1n }, t));
  if (sum.z === 0n) return false;
  const inverse = invert(sum.z);
  const x = modulo(sum.x * inverse * inverse);
  return (digest + x) % N === r;
}

function userDigestInput(key: Uint8Array): Uint8Array {
  const constants = [A, B, G.x, G.y].map((value) => toBytes32(value));
  return concatenate([
    Uint8Array.of(0, USER_ID.length * 8),
    USER_ID,
    ...constants,
    key.subarray(1),
  ]);
}

function isInRange(value: bigint): boolean {
  return value > 0n && value < N;
}

function readPoint(key: Uint8Array): Affine | null {
  if (key.length !== 65 || key[0] !== 4) return null;
  const x = toNumber(key.subarray(1, 33));
  const y = toNumber(key.subarray(33));
  const isOnCurve = x < P && y < P && modulo(y * y - (x * x * x + A * x + B)) === 0n;
  return isOnCurve ? { x, y } : null;
}

function multiply(point: Point, factor: bigint): Point {
  let result = INFINITY;
  for (const bit of factor.toString(2)) {
    result = double(result);
    if (bit === '1') result = add(result, point);
  }
  return result;
}

function double({ x, y, z }: Point): Point {
  if (z === 0n || y === 0n) return INFINITY;
  const yy = modulo(y * y);
  const s = modulo(4n * x * yy);
  const m = modulo(3n * x * x + A * z ** 4n);
  const x3 = modulo(m * m - 2n * s);
  return { x: x3, y: modulo(m * (s - x3) - 8n * yy * yy), z: modulo(2n * y * z) };
}

function add(left: Point, right: Point): Point {
  if (left.z === 0n) return right;
  if (right.z === 0n) return left;
  const [zz1, zz2] = [modulo(left.z ** 2n), modulo(right.z ** 2n)];
  const u1 = modulo(left.x * zz2);
  const s1 = modulo(left.y * zz2 * right.z);
  const h = modulo(right.x * zz1 - u1);
  const r = modulo(right.y * zz1 * left.z - s1);
  if (h === 0n) return r === 0n ? double(left) : INFINITY;
  const hh = modulo(h * h);
  const hhh = modulo(h * hh);
  const v = modulo(u1 * hh);
  const x = modulo(r * r - hhh - 2n * v);
  return { x, y: modulo(r * (v - x) - s1 * hhh), z: modulo(left.z * right.z * h) };
}

/** By Fermat: P is prime. */
function invert(value: bigint): bigint {
  let result = 1n;
  for (const bit of (P - 2n).toString(2)) {
    result = (result * result) % P;
    if (bit === '1') result = (result * value) % P;
  }
  return result;
}

function modulo(value: bigint): bigint {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}

function toNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes)}0`) >> 4n; // no digit at all is 0
}

function toBytes32(value: bigint): Uint8Array {
  const hex = value.toString(16).padStart(64, '0');
  return Uint8Array.from({ length: 32 }, (_, index) =>
    Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16),
  );
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
