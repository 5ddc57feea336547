/** RC2 (RFC 2268), decryption only: PKCS#12 files of old programs are under it, and OpenSSL no longer offers it. */

const PITABLE = Buffer.from(
  'd978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2' +
    '179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82' +
    '54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626' +
    '6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7' +
    '08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec' +
    'c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731' +
    '2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9' +
    '0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad',
  'hex',
); // RFC 2268 §2

const BLOCK = 8;
const ROTATIONS = [1, 2, 3, 5] as const;

/**
 * Decrypts RC2 in CBC mode, without removing padding.
 *
 * @param key - 1 to 128 bytes; as many bits of it count.
 * @param iv - 8 bytes.
 * @param ciphertext - whole blocks of 8 bytes.
 */
export function decryptRc2Cbc(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const words = expandKey(key, key.length * 8);
  const plain = new Uint8Array(ciphertext.length);
  let previous = iv;
  for (let at = 0; at < ciphertext.length; at += BLOCK) {
    const block = ciphertext.subarray(at, at + BLOCK);
    const opened = decryptBlock(words, block);
    for (let index = 0; index < BLOCK; index += 1) {
      plain[at + index] = (opened[index] ?? 0) ^ (previous[index] ?? 0);
    }
    previous = block;
  }
  return plain;
}

/** RFC 2268 §2. @returns 64 words of 16 bits. */
function expandKey(key: Uint8Array, effectiveBits: number): Uint16Array {
  const expanded = new Uint8Array(128);
  expanded.set(key);
  const pi = (index: number): number => PITABLE[index & 0xff] ?? 0;
  const at = (index: number): number => expanded[index] ?? 0;
  for (let index = key.length; index < 128; index += 1) {
    expanded[index] = pi(at(index - 1) + at(index - key.length));
  }
  const effectiveBytes = Math.ceil(effectiveBits / 8);
  const mask = 0xff >> (8 * effectiveBytes - effectiveBits);
  expanded[128 - effectiveBytes] = pi(at(128 - effectiveBytes) & mask);
  for (let index = 127 - effectiveBytes; index >= 0; index -= 1) {
    expanded[index] = pi(at(index + 1) ^ at(index + effectiveBytes));
  }
  return Uint16Array.from({ length: 64 }, (_, word) => at(2 * word) | (at(2 * word + 1) << 8));
}

/** RFC 2268 §4. */
function decryptBlock(words: Uint16Array, block: Uint8Array): Uint8Array {
  const state = Uint16Array.from(
    { length: 4 },
    (_, word) => (block[2 * word] ?? 0) | ((block[2 * word + 1] ?? 0) << 8),
  );
  let word = 63;
  for (let round = 15; round >= 0; round -= 1) {
    for (let index = 3; index >= 0; index -= 1) {
      unmix(state, index, words[word] ?? 0);
      word -= 1;
    }
    if (round === 11 || round === 5) unmash(state, words); // after five and after six more rounds
  }
  return new Uint8Array(state.buffer);
}

function unmix(state: Uint16Array, index: number, keyWord: number): void {
  const value = state[index] ?? 0;
  const turn = ROTATIONS[index & 3] ?? 0;
  const turned = ((value >>> turn) | (value << (16 - turn))) & 0xffff;
  const [one = 0, two = 0, three = 0] = [1, 2, 3].map((back) => state[(index + 4 - back) & 3]);
  state[index] = turned - keyWord - (one & two) - (~one & three);
}

function unmash(state: Uint16Array, words: Uint16Array): void {
  for (let index = 3; index >= 0; index -= 1) {
    const other = state[(index + 3) & 3] ?? 0;
    state[index] = (state[index] ?? 0) - (words[other & 63] ?? 0);
  }
}
