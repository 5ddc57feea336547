/** Reads as peers of several organisations endorse them, with keys and certificates made in the run. */
import { createHash, randomBytes } from 'node:crypto';

import { canonicalise } from '@yinxin/chaincode/model';

import { toDerSignature } from '../../service/src/keys/signatureValue.ts';
import { batchKeys } from '../../service/src/ledger/fabric/endorsedAnswer.ts';
import type { EndorsedRead, PeerEndorsement } from '../../service/src/ledger/ledger.ts';
import { toPem } from '../../service/src/pki/certificate.ts';
import {
  encodeOid,
  encodeSequence,
  encodeSetOf,
  encodeText,
} from '../../service/src/pki/derEncoding.ts';
import { buildCa, buildCertificate } from './certificates.ts';
import type { CertificateOverrides, Entity } from './certificates.ts';
import { encodeMessage } from './fabricMessages.ts';

/** An organisation of a Fabric network with one peer. */
export interface TestOrganisation {
  readonly mspId: string;
  readonly ca: Entity;
  readonly peer: Entity;
}

/** Makes an organisation; overrides are for its peer's certificate. */
export function buildOrganisation(
  mspId: string,
  overrides: CertificateOverrides & { readonly ca?: Entity; readonly unit?: string } = {},
): TestOrganisation {
  const { ca = buildCa(null, `ca.${mspId}`), unit = 'peer', ...others } = overrides;
  const subject = encodeName(['2.5.4.11', unit], ['2.5.4.3', `peer0.${mspId}`]);
  return { mspId, ca, peer: buildCertificate(ca, { subject, ...others }) };
}

/** What a test states of a read; the rest is as a good one has it. */
export interface ReadOverrides {
  readonly channel?: string;
  /** The chaincode asked for, and the one that ran. */
  readonly chaincode?: string;
  readonly ran?: string;
  /** RFC 3339. */
  readonly askedAt?: string;
  readonly type?: number;
  readonly args?: readonly string[];
  /** Written only where a test states it, as some clients do. */
  readonly isInit?: 0 | 1;
  readonly status?: number;
  readonly result?: string;
  readonly txId?: string;
  /** Bytes behind the channel header's own fields. */
  readonly headerTail?: Uint8Array;
}

/** A read of batches, endorsed by the peers of some organisations. */
export function buildEndorsedRead(
  organisations: readonly TestOrganisation[],
  batches: readonly { readonly root: string }[],
  overrides: ReadOverrides = {},
): EndorsedRead {
  const facts = { ...factsOf(batches), ...overrides };
  const creator = identityOf(organisations[0]!);
  const nonce = randomBytes(24);
  const txId = sha256(nonce, creator).toString('hex');
  const channelHeader = Buffer.concat([headerOf({ txId, ...facts }), facts.headerTail]);
  const signatureHeader = encodeMessage([1, creator], [2, nonce]);
  const proposal = proposalOf(facts);
  const hash = sha256(channelHeader, signatureHeader, proposal);
  const response = encodeMessage([1, hash], [2, actionOf(facts)]);
  const endorsements = organisations.map((one) => endorse(one, response));
  return { channelHeader, signatureHeader, proposal, response, endorsements };
}

type Facts = Required<Omit<ReadOverrides, 'txId' | 'isInit'>> & Pick<ReadOverrides, 'isInit'>;

function factsOf(batches: readonly { readonly root: string }[]): Facts {
  return {
    ...{ channel: 'yinxin', chaincode: 'yinxin', ran: 'yinxin' },
    ...{ askedAt: '2026-01-20T00:00:00.005Z', type: 3, status: 200 },
    args: ['usage:read', batchKeys(batches.map(({ root }) => root))],
    result: canonicalise(batches),
    headerTail: new Uint8Array(),
  };
}

function headerOf(facts: Facts & { readonly txId: string }): Uint8Array {
  const at = Date.parse(facts.askedAt);
  const timestamp = encodeMessage([1, Math.floor(at / 1000)], [2, (at % 1000) * 1_000_000]);
  const extension = encodeMessage([2, encodeMessage([2, facts.chaincode])]);
  return encodeMessage(
    [1, facts.type],
    [3, timestamp],
    [4, facts.channel],
    [5, facts.txId],
    [7, extension],
  );
}

function proposalOf({ chaincode, args, isInit }: Facts): Uint8Array {
  const init = isInit === undefined ? [] : [[3, isInit] as const];
  const input = encodeMessage(...args.map((arg) => [1, arg] as const), ...init);
  const spec = encodeMessage([1, 2], [2, encodeMessage([2, chaincode])], [3, input]);
  return encodeMessage([1, encodeMessage([1, spec])]);
}

function actionOf({ status, result, ran }: Facts): Uint8Array {
  return encodeMessage(
    [1, encodeMessage([1, 0], [2, 'read set'])],
    [3, encodeMessage([1, status], [3, result])],
    [4, encodeMessage([2, ran], [3, '1.0'])],
  );
}

/** One peer's signature under a response. */
export function endorse(
  organisation: Pick<TestOrganisation, 'mspId' | 'peer'>,
  response: Uint8Array,
): PeerEndorsement {
  const endorser = identityOf(organisation);
  const signature = toDerSignature(organisation.peer.sign(Buffer.concat([response, endorser])));
  return { endorser, signature };
}

function identityOf({ mspId, peer }: Pick<TestOrganisation, 'mspId' | 'peer'>): Uint8Array {
  return encodeMessage([1, mspId], [2, toPem([peer.certificate.der])]);
}

function encodeName(...attributes: readonly (readonly [oid: string, value: string])[]): Uint8Array {
  return encodeSequence(
    ...attributes.map(([oid, value]) =>
      encodeSetOf(encodeSequence(encodeOid(oid), encodeText(value))),
    ),
  );
}

function sha256(...parts: readonly Uint8Array[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}
