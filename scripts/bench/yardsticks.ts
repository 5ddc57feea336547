/** What the same machine does in the same minute when it does one thing only. All in operations a second. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { layoutLicence } from '../../service/src/documents/layout.ts';
import { writePdf } from '../../service/src/documents/pdf/writePdf.ts';
import { generateEs256KeyPair, signEs256, verifyEs256 } from '../../service/src/keys/es256.ts';
import { generateSm2KeyPair, signSm2, verifySm2 } from '../../service/src/keys/sm2.ts';
import { createQrSymbol } from '../../service/src/qrcode/segments.ts';
import type { City } from './city.ts';
import { runLoadJob } from './loadProcess.ts';
import { freePort, HOST } from './serviceProcess.ts';

const SECONDS = 1;
const SPKI_PREFIX_BYTES = 26;
const MESSAGE = new Uint8Array(400).fill(7); // about as long as what a document code signs

/** @param work - synchronous; called until the time is up, after a tenth of it to warm up. */
export function ratePerSecond(work: (turn: number) => void, seconds = SECONDS): number {
  runFor(work, seconds / 10);
  return runFor(work, seconds);
}

function runFor(work: (turn: number) => void, seconds: number): number {
  const begun = performance.now();
  const until = begun + seconds * 1000;
  let turns = 0;
  while (performance.now() < until) work(turns++);
  return (turns * 1000) / (performance.now() - begun);
}

export function sm2Signatures(): number {
  const { privateKey } = generateSm2KeyPair();
  return ratePerSecond(() => signSm2(privateKey, MESSAGE));
}

export function sm2Verifications(): number {
  const { privateKey, spki } = generateSm2KeyPair();
  const signature = signSm2(privateKey, MESSAGE);
  const point = spki.subarray(SPKI_PREFIX_BYTES);
  return ratePerSecond(() => verifySm2(point, MESSAGE, signature));
}

export function es256Signatures(): number {
  const { privateKey } = generateEs256KeyPair();
  return ratePerSecond(() => signEs256(privateKey, MESSAGE));
}

export function es256Verifications(): number {
  const { privateKey, spki } = generateEs256KeyPair();
  const signature = signEs256(privateKey, MESSAGE);
  const point = spki.subarray(SPKI_PREFIX_BYTES);
  return ratePerSecond(() => verifyEs256(point, MESSAGE, signature));
}

/** A licence's page as PDF: laid out, drawn, with its subset font, but neither signed nor recorded. */
export function unsignedPdfs(city: City): number {
  const now = new Date();
  return ratePerSecond((turn) => {
    const { drawing } = layoutLicence({
      type: { name: city.typeName, layout: {} },
      licence: {
        identifier: `${city.typeCode}.${turn}`,
        serial: String(turn),
        holder: city.holderAt(turn),
        fields: city.fieldsAt(turn),
        issuer: { name: '云汉市市场监督管理局' },
        validFrom: now,
        validUntil: null,
        issuedOn: now,
      },
      qrModules: createQrSymbol(`https://bench.example/v#YX1.${'1234567890'.repeat(80)}`).modules,
    });
    writePdf({
      pages: [drawing],
      title: city.typeName,
      identifier: String(turn),
      author: '云汉市市场监督管理局',
      createdAt: now,
      attachment: null,
    });
  });
}

/** Requests a second that a bare Koa application answers with a small JSON, under the same load. */
export async function bareKoa(connections: number): Promise<number> {
  const port = await freePort();
  const child = fork(join(import.meta.dirname, 'koaYardstick.ts'), [String(port)]);
  try {
    await once(child, 'message');
    const { summary } = await runLoadJob({
      order: {
        host: HOST,
        port,
        connections,
        warmUpSeconds: SECONDS,
        seconds: 2 * SECONDS,
        perSecond: null,
        isOnce: false,
        expect: { status: 200, text: 'TOTAL-PASSED' },
      },
      requests: {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        items: [{ path: '/', text: '{"code":"YX1."}' }],
      },
      collect: null,
    });
    return summary.perSecond;
  } finally {
    child.kill();
  }
}
