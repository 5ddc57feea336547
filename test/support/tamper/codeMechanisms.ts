/** Ways to tamper with document codes: the digits in the symbol, and the message they hold. */
import { decodeDigits, encodeDigits } from '../../../service/src/credentials/digits.ts';
import { turnBit } from '../repack.ts';
import { expecting, MALFORMED, type Case, type Genuine, type Mechanism } from './tampered.ts';

const FORGED = expecting('SIG_CRYPTO_FAILURE', 'NO_CERTIFICATE_CHAIN_FOUND', MALFORMED);
const SHARES = [0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.98];

interface Text {
  readonly head: string;
  readonly digits: string;
}

function textOf(bytes: Uint8Array): Text {
  const text = Buffer.from(bytes).toString('latin1');
  const at = text.indexOf('YX1.') + 4;
  return { head: text.slice(0, at), digits: text.slice(at) };
}

const toCase = (text: string): Case => FORGED(new Uint8Array(Buffer.from(text, 'latin1')));

const digitsChanged: Mechanism = {
  name: 'Code: digits changed',
  kind: 'code',
  cases({ bytes }) {
    const { head, digits } = textOf(bytes);
    const changed = SHARES.map((share): readonly [string, Case] => {
      const at = Math.floor(digits.length * share);
      const by = (Number(digits[at]) + 1) % 10;
      return [`digit ${at}`, toCase(`${head}${digits.slice(0, at)}${by}${digits.slice(at + 1)}`)];
    });
    return {
      ...Object.fromEntries(changed),
      'the last one gone': toCase(head + digits.slice(0, -1)),
      'one more': toCase(`${head}${digits}0`),
      'the first one gone': toCase(head + digits.slice(1)),
      'another mark': toCase(head.replace('YX1', 'YX2') + digits),
      'in other digits': toCase(head + digits.replaceAll('1', '１')),
    };
  },
};

/** The message again in digits, as our writer puts them. */
const messageChanged: Mechanism = {
  name: 'Code: message changed',
  kind: 'code',
  cases({ bytes }) {
    const { head, digits } = textOf(bytes);
    const message = decodeDigits(digits);
    return Object.fromEntries(
      SHARES.flatMap((share) =>
        [1, 0x40].map((mask): readonly [string, Case] => {
          const at = Math.floor(message.length * share);
          return [`bit ${mask} of ${at}`, toCase(head + encodeDigits(turnBit(message, at, mask)))];
        }),
      ),
    );
  },
};

/** Halves of two genuine codes. */
const mixed = (genuine: readonly Genuine[]): Mechanism => ({
  name: 'Code: parts of another code',
  kind: 'code',
  cases(of) {
    const { head, digits } = textOf(of.bytes);
    const own = decodeDigits(digits);
    return Object.fromEntries(
      genuine
        .filter((other) => other.kind === 'code' && other !== of)
        .flatMap((other) => {
          const theirs = decodeDigits(textOf(other.bytes).digits);
          const join = (length: number): Case => {
            const parts = [own.subarray(0, own.length - length), theirs.subarray(-length)];
            return toCase(head + encodeDigits(Buffer.concat(parts)));
          };
          return [32, 64, 66, 80, 100].map((length) => [
            `end of ${other.name}, ${length}`,
            join(length),
          ]);
        }),
    );
  },
});

/** @param genuine - where other codes come from. */
export function codeMechanisms(genuine: readonly Genuine[]): Mechanism[] {
  return [digitsChanged, messageChanged, mixed(genuine)];
}
