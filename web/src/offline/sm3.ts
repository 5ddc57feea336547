/** The hash function SM3 (GB/T 32905). */

const START = [
  0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e,
];
const BLOCK_BYTES = 64;

/** @returns 32 bytes. */
export function sm3(bytes: Uint8Array): Uint8Array {
  const padded = pad(bytes);
  const view = new DataView(padded.buffer);
  const state = Int32Array.from(START);
  for (let offset = 0; offset < padded.length; offset += BLOCK_BYTES) {
    compress(state, expand(view, offset));
  }
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, index) => {
    digest.setInt32(4 * index, word);
  });
  return new Uint8Array(digest.buffer);
}

/** A bit, zeros, and the length in bits (§5.2). */
function pad(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const length = Math.ceil((bytes.length + 9) / BLOCK_BYTES) * BLOCK_BYTES;
  const padded = new Uint8Array(length);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  new DataView(padded.buffer).setBigUint64(length - 8, BigInt(bytes.length) * 8n);
  return padded;
}

/** 68 words of a block (§5.3.2). */
function expand(view: DataView, offset: number): Int32Array {
  const words = new Int32Array(68);
  for (let j = 0; j < 16; j += 1) words[j] = view.getInt32(offset + 4 * j);
  const at = (index: number): number => words[index] ?? 0;
  for (let j = 16; j < 68; j += 1) {
    const mixed = at(j - 16) ^ at(j - 9) ^ rotate(at(j - 3), 15);
    words[j] = permute1(mixed) ^ rotate(at(j - 13), 7) ^ at(j - 6);
  }
  return words;
}

/** §5.3.3. */
function compress(state: Int32Array, words: Int32Array): void {
  const at = (index: number): number => words[index] ?? 0;
  let [a, b, c, d, e, f, g, h] = state as unknown as Eight;
  for (let j = 0; j < 64; j += 1) {
    const constant = j < 16 ? 0x79cc4519 : 0x7a879d8a;
    const ss1 = rotate((rotate(a, 12) + e + rotate(constant, j % 32)) | 0, 7);
    const ss2 = ss1 ^ rotate(a, 12);
    const ff = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
    const gg = j < 16 ? e ^ f ^ g : (e & f) | (~e & g);
    const tt1 = (ff + d + ss2 + (at(j) ^ at(j + 4))) | 0;
    const tt2 = (gg + h + ss1 + at(j)) | 0;
    [d, c, b, a] = [c, rotate(b, 9), a, tt1];
    [h, g, f, e] = [g, rotate(f, 19), e, permute0(tt2)];
  }
  [a, b, c, d, e, f, g, h].forEach((word, index) => {
    state[index] = (state[index] ?? 0) ^ word;
  });
}

type Eight = [number, number, number, number, number, number, number, number];

function permute0(word: number): number {
  return word ^ rotate(word, 9) ^ rotate(word, 17);
}

function permute1(word: number): number {
  return word ^ rotate(word, 15) ^ rotate(word, 23);
}

/** To the left. */
function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
