import { z } from 'zod';
import { ServiceError } from '../errors.ts';
import type { LedgerBlock } from '../ledger/ledger.ts';
import { toPem } from '../pki/certificate.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { instant, sha256 } from './shapes.ts';

const PEM_TYPE = 'application/pem-certificate-chain'; // RFC 8555 §9.1
const count = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

const headShape = z
  .strictObject({
    mode: z.enum(['embedded', 'fabric', 'fabric-network']),
    height: z.int().min(0),
    headHash: sha256,
  })
  .meta({ id: 'LedgerHead' });

const consistencyShape = z
  .strictObject({ from: z.int(), to: z.int(), proof: z.array(sha256) })
  .meta({ id: 'ConsistencyProof' });

const blockShape = z
  .strictObject({
    number: z.int().min(0),
    previousHash: z.string(),
    dataHash: z.string(),
    hash: z.string(),
    at: instant,
    signatures: z.array(z.strictObject({ keyId: z.string(), signature: z.string() })),
    transactions: z.array(
      z.strictObject({
        txId: z.string(),
        contract: z.string(),
        function: z.string(),
        batches: z.array(z.looseObject({ root: sha256, size: z.int() })),
        outcomes: z.array(z.looseObject({ id: z.string(), outcome: z.string() })),
        acts: z.array(z.looseObject({ signature: z.string() })),
      }),
    ),
  })
  .meta({ id: 'LedgerBlock' });

/** What lets others check the ledger without trusting its operator. */
export function ledgerRoutes({ ledger }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/ledger',
      summary: 'Height and head of the ledger',
      access: 'public',
      answers: { 200: headShape },
      async run() {
        const { height, headHash } = await ledger.head();
        return { status: 200, json: { mode: ledger.mode, height, headHash } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/ledger/checkpoint',
      summary: 'Signed checkpoint of the log (C2SP tlog-checkpoint)',
      access: 'public',
      answers: { 200: { mediaTypes: ['text/plain'] } },
      async run() {
        return {
          status: 200,
          bytes: await ledger.checkpoint(),
          headers: { 'content-type': 'text/plain; charset=utf-8' },
        };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/ledger/node-certificates',
      summary: 'Certificates of the key that signs checkpoints, PEM, below the roots of this city',
      access: 'public',
      answers: { 200: { mediaTypes: [PEM_TYPE] } },
      run() {
        const headers = { 'content-type': PEM_TYPE, 'cache-control': 'no-cache' };
        return Promise.resolve({
          status: 200,
          bytes: toPem(ledger.nodeCertificationPath),
          headers,
        });
      },
    }),
    defineRoute({
      method: 'get',
      path: '/ledger/consistency',
      summary: 'Proof that the log at `to` batches extends the log at `from` (RFC 6962 §2.1.2)',
      access: 'public',
      query: z.strictObject({ from: count, to: count }),
      answers: { 200: consistencyShape },
      async run({ query: { from, to } }) {
        const proof = await ledger.consistency(from, to);
        return { status: 200, json: { from, to, proof } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/ledger/blocks/{number}',
      summary: 'A block with its acts',
      access: ['auditor'],
      params: z.strictObject({ number: count }),
      answers: { 200: blockShape },
      async run({ params }) {
        const block = await ledger.block(params.number);
        if (block === null) throw new ServiceError('NOT_FOUND', `no block ${params.number}`);
        return { status: 200, json: presentBlock(block) };
      },
    }),
  ];
}

/** Acts stand as they were signed. */
function presentBlock(block: LedgerBlock): LedgerBlock {
  const { number, previousHash, dataHash, hash, at, signatures } = block;
  return {
    ...{ number, previousHash, dataHash, hash, at },
    signatures: signatures.map(({ keyId, signature }) => ({ keyId, signature })),
    transactions: block.transactions.map((transaction) => ({
      txId: transaction.txId,
      contract: transaction.contract,
      function: transaction.function,
      batches: transaction.batches,
      outcomes: transaction.outcomes,
      acts: transaction.acts,
    })),
  };
}
