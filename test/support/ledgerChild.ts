/**
 * A process that records acts until it is killed: `node ledgerChild.ts <ledger file> <instructions file>`.
 * Prints each act's outcome as one line of JSON once it is reported.
 */
import { createPrivateKey } from 'node:crypto';
import { readFileSync, writeSync } from 'node:fs';

import type { SignedAct } from '@yinxin/chaincode/model';

import { systemClock } from '../../service/src/clock.ts';
import { signEs256 } from '../../service/src/keys/es256.ts';
import { openEmbeddedLedger } from '../../service/src/ledger/embedded/embeddedLedger.ts';
import { GroupCommit } from '../../service/src/ledger/groupCommit.ts';

/** What the parent tells it. */
export interface ChildInstructions {
  /** Node key, PKCS#8 PEM, its certificates in base64 and its id. */
  readonly nodeKey: string;
  readonly certificationPath: readonly string[];
  readonly keyId: string;
  readonly acts: readonly SignedAct[];
}

const [, , file = '', instructionsFile = ''] = process.argv;
const instructions = JSON.parse(readFileSync(instructionsFile, 'utf8')) as ChildInstructions;
const key = createPrivateKey(instructions.nodeKey);
const ledger = await openEmbeddedLedger({
  file,
  mspId: 'OperatorMSP',
  origin: 'yinxin.example/ledger',
  clock: systemClock,
  signer: {
    algorithm: 'ES256',
    purpose: 'node',
    certificationPath: instructions.certificationPath.map((text) => Buffer.from(text, 'base64')),
    keyId: instructions.keyId,
    sign: (bytes) => Promise.resolve(signEs256(key, bytes)),
  },
});
const group = new GroupCommit(ledger, { slots: 1 });
const waiting = [...instructions.acts];

/** One caller: takes the next act that is not recorded yet, records it, says so. */
async function record(): Promise<void> {
  for (let act = waiting.shift(); act !== undefined; act = waiting.shift()) {
    if ((await ledger.actPosition(act.act.id)) !== null) continue;
    writeSync(1, `${JSON.stringify(await group.record(act))}\n`);
  }
}
await Promise.all([record(), record(), record()]);
await group.close();
await ledger.close();
