import { createRequire } from 'node:module';

import { canonicalBytes, canonicalise } from '../../../chaincode/src/canonicalJson.js';
import { contracts } from '../../../chaincode/src/index.js';
import type {
  Act,
  ActBodies,
  ActName,
  ActOutcome,
  ContractName,
  SignedAct,
} from '../../../chaincode/src/act.js';
import type { StatePlace } from '../../../chaincode/src/statePlaces.js';
import { MemoryLedger, MemoryStub } from './memoryLedger.js';
import { makeTestKey } from './testKeys.js';
import type { TestKey } from './testKeys.js';

/** The moment of every act and transaction that says no other. */
export const NOW = '2026-01-31T02:03:04.000Z';
export const MAKER = 'a'.repeat(32);
export const APPROVER = 'b'.repeat(32);
export const MSP_ID = 'OperatorMSP';

interface ShimChaincode {
  Invoke(stub: MemoryStub): Promise<{ status: number; message: string; payload: Uint8Array }>;
}

/** An authority that can sign acts. */
export interface TestAuthority {
  readonly creditCode: string;
  readonly key: TestKey;
}

export interface ActOptions {
  readonly id?: string;
  readonly at?: string;
  readonly approver?: string;
}

export interface Submission {
  readonly outcomes: readonly ActOutcome[];
  /** By readable key; committed unless the ledger found a conflict. */
  readonly writes: Readonly<Record<string, object>>;
  readonly event: MemoryStub['event'];
  readonly calls: MemoryStub['calls'];
}

export interface ContractFixture {
  readonly ledger: MemoryLedger;
  /** Calls a transaction function without committing. Throws what the peer would answer. */
  invoke(
    fn: string,
    argument: string,
    at?: string,
  ): Promise<{ readonly payload: string; readonly stub: MemoryStub }>;
  /** Records acts of one contract in one transaction and commits it. */
  submit(acts: readonly SignedAct[], at?: string): Promise<Submission>;
  /** Submits one act and gives its outcome: `recorded` or the code of the refusal. */
  outcomeOf(act: SignedAct, at?: string): Promise<string>;
  read<V>(place: StatePlace<V>): Promise<V | null>;
}

/** All contracts behind Fabric's own dispatcher, over a fake peer. */
export async function contractFixture(): Promise<ContractFixture> {
  const chaincode = loadChaincode();
  const ledger = new MemoryLedger();
  const { pem } = await makeTestKey();
  let transactions = 0;

  const invoke: ContractFixture['invoke'] = async (fn, argument, at = NOW) => {
    const txId = String(transactions++).padStart(64, '0');
    const stub = new MemoryStub(ledger, {
      txId,
      at: new Date(at),
      args: [fn, argument],
      mspId: MSP_ID,
      certificate: pem,
    });
    const { status, message, payload } = await chaincode.Invoke(stub);
    if (status !== 200) throw new Error(message);
    return { payload: Buffer.from(payload).toString('utf8'), stub };
  };

  const submit: ContractFixture['submit'] = async (acts, at = NOW) => {
    const { payload, stub } = await invoke(`${contractOf(acts)}:record`, canonicalise(acts), at);
    if (ledger.commit(stub) !== 'VALID') throw new Error('MVCC_READ_CONFLICT');
    const outcomes = JSON.parse(payload) as ActOutcome[];
    return { outcomes, writes: stub.writes(), event: stub.event, calls: stub.calls };
  };

  return {
    ledger,
    invoke,
    submit,
    async outcomeOf(act, at = NOW) {
      const { outcomes, writes } = await submit([act], at);
      const [outcome] = outcomes;
      if (outcome?.outcome !== 'refused') return 'recorded';
      if (Object.keys(writes).length > 0) throw new Error('a refused act wrote');
      return outcome.code;
    },
    async read<V>(place: StatePlace<V>): Promise<V | null> {
      const { objectType, attributes } = place;
      const { payload } = await invoke(
        `${place.contract}:read`,
        canonicalise([{ objectType, attributes }]),
      );
      const [value] = JSON.parse(payload) as [V | null];
      return value;
    },
  };
}

/** Signs an act by an authority. */
export function signAct<N extends ActName>(
  authority: TestAuthority,
  name: N,
  body: ActBodies[N],
  { id = nextId(), at = NOW, approver }: ActOptions = {},
): SignedAct<N> {
  const by = { authority: authority.creditCode, keyId: authority.key.keyId, maker: MAKER };
  const act: Act<N> = {
    act: name,
    schemaVersion: 1,
    id,
    at,
    by: approver === undefined ? by : { ...by, approver },
    body,
  };
  return { act, signature: authority.key.sign(canonicalBytes(act)) };
}

let ids = 0;

/** A new ULID-shaped id. */
export function nextId(): string {
  return `01${(ids++)
    .toString(32)
    .toUpperCase()
    .replace(/[ILOU]/g, 'Z')
    .padStart(4, '0')}${String(ids).padStart(20, '0')}`;
}

/** An instant some milliseconds after another. */
export function later(at: string, milliseconds: number): string {
  return new Date(Date.parse(at) + milliseconds).toISOString();
}

function contractOf(acts: readonly SignedAct[]): ContractName {
  return acts[0]!.act.act.split('.')[0] as ContractName; // every act's name starts with its contract
}

function loadChaincode(): ShimChaincode {
  const load = createRequire(__filename);
  // the shim has no types for its inside
  const Shim = load('fabric-shim/lib/contract-spi/chaincodefromcontract') as new (
    ...parts: unknown[]
  ) => ShimChaincode;
  const serializer: unknown = load('fabric-contract-api/lib/jsontransactionserializer');
  const serializers = {
    transaction: 'jsonSerializer',
    serializers: { jsonSerializer: serializer },
  };
  return new Shim([...contracts], serializers, {});
}
