import { hash } from 'node:crypto';

import { ServiceError } from '../../errors.ts';
import { readMessage } from './protobufWire.ts';

/** A block as a peer stores it: header, raw transactions with the peer's judgement, and who signed it. */
export interface FabricBlock {
  readonly number: number;
  /** Hash of the header before it; empty in block 0. */
  readonly previousHash: string;
  readonly dataHash: string;
  /** Hash of this header: SHA-256 of its DER form, lower-case hex. */
  readonly hash: string;
  readonly transactions: readonly RawTransaction[];
  /** Signatures of orderers over the header. */
  readonly signatures: readonly BlockSignature[];
}

/** One transaction of a block, not parsed: what a peer found invalid may be anything. */
export interface RawTransaction {
  /** Serialised `common.Envelope`. */
  readonly envelope: Uint8Array;
  /** `peer.TxValidationCode`; 0: valid. 254: the peer has not judged it. */
  readonly validationCode: number;
}

/** One orderer's signature of a block: DER, over `signed`. */
export interface BlockSignature {
  readonly mspId: string;
  /** PEM. */
  readonly certificate: string;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

const MAX_BLOCK_BYTES = 128 * 1024 * 1024; // above what gRPC carries between Fabric's own nodes (100 MB)
const METADATA_SIGNATURES = 0; // common.BlockMetadataIndex
const METADATA_TRANSACTIONS_FILTER = 2;
const NOT_VALIDATED = 254; // peer.TxValidationCode

/**
 * Parses a serialised `common.Block` and checks that its data is what the header's hash says.
 *
 * @param bytes - attacker-controlled, at most 128 MiB.
 * @throws ServiceError `LEDGER_CORRUPT`.
 */
export function parseBlock(bytes: Uint8Array): FabricBlock {
  if (bytes.length > MAX_BLOCK_BYTES) throw corrupt('a block is too large');
  return orCorrupt('a block is malformed', () => {
    const block = readMessage(bytes);
    const header = block.message(1);
    const number = header.number(1);
    if (!Number.isSafeInteger(number)) throw new SyntaxError('a block has too high a number');
    const envelopes = block.message(2).all(1);
    const metadata = block.message(3).all(1);
    const dataHash = toHex(header.bytes(3));
    if (sha256(...envelopes) !== dataHash) {
      throw corrupt(`the transactions of block ${number} differ from their hash`);
    }
    const headerBytes = encodeHeader(number, header.bytes(2), header.bytes(3));
    const filter = metadata[METADATA_TRANSACTIONS_FILTER] ?? new Uint8Array();
    return {
      number,
      previousHash: toHex(header.bytes(2)),
      dataHash,
      hash: sha256(headerBytes),
      transactions: envelopes.map((envelope, place) => {
        return { envelope, validationCode: filter[place] ?? NOT_VALIDATED };
      }),
      signatures: signaturesIn(metadata[METADATA_SIGNATURES] ?? new Uint8Array(), headerBytes),
    };
  });
}

/**
 * Says whether a block comes right after another.
 * @throws ServiceError `LEDGER_CORRUPT` naming the block, if it does not.
 */
export function requireSuccessor(
  block: Pick<FabricBlock, 'number' | 'previousHash'>,
  before: { readonly height: number; readonly headHash: string | null },
): void {
  if (block.number !== before.height) {
    throw corrupt(`block ${block.number} came in the place of block ${before.height}`);
  }
  if (block.previousHash !== (before.headHash ?? '')) {
    throw corrupt(`block ${block.number} does not follow the block before it`);
  }
}

/** Runs a parser of foreign bytes; what it stumbles over is a `LEDGER_CORRUPT`. */
export function orCorrupt<T>(what: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    if (cause instanceof SyntaxError) throw corrupt(what, cause);
    throw cause;
  }
}

/** Parses a serialised `msp.SerializedIdentity`: MSP ID and PEM certificate. @throws SyntaxError. */
export function parseIdentity(bytes: Uint8Array): {
  readonly mspId: string;
  readonly certificate: string;
} {
  const identity = readMessage(bytes);
  return { mspId: identity.text(1), certificate: identity.text(2) };
}

/** Orderers sign metadata value, their signature header and the block's header. */
function signaturesIn(bytes: Uint8Array, headerBytes: Uint8Array): readonly BlockSignature[] {
  const metadata = readMessage(bytes);
  return metadata.all(2).flatMap((each) => {
    const signature = readMessage(each);
    const signatureHeader = signature.bytes(1);
    const creator = signature.embedded(1).bytes(1);
    if (creator.length === 0) return []; // by number of a BFT orderer, not by certificate
    return [
      {
        ...parseIdentity(creator),
        signed: Buffer.concat([metadata.bytes(1), signatureHeader, headerBytes]),
        signature: signature.bytes(2),
      },
    ];
  });
}

/** The DER form of a header that is hashed and signed: SEQUENCE of number, previous hash and data hash. */
function encodeHeader(number: number, previousHash: Uint8Array, dataHash: Uint8Array): Uint8Array {
  const digits = number.toString(16);
  const hex = digits.length % 2 === 0 ? digits : `0${digits}`;
  const integer = Buffer.from(parseInt(hex.slice(0, 2), 16) > 0x7f ? `00${hex}` : hex, 'hex');
  return der(0x30, der(0x02, integer), der(0x04, previousHash), der(0x04, dataHash));
}

function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(contents);
  if (content.length > 0xff) throw new SyntaxError('a hash in a header is too long');
  const length = content.length < 0x80 ? [content.length] : [0x81, content.length];
  return Buffer.concat([Uint8Array.of(tag, ...length), content]);
}

function sha256(...parts: readonly Uint8Array[]): string {
  return hash('sha256', parts.length === 1 ? (parts[0] ?? '') : Buffer.concat(parts), 'hex');
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

function corrupt(detail: string, cause?: unknown): ServiceError {
  return new ServiceError('LEDGER_CORRUPT', detail, { cause });
}
