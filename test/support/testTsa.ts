/** A time-stamping authority of another city, behind HTTP on a port of its own. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../service/src/clock.ts';
import { createTimeStampingAuthority } from '../../service/src/pki/timeStamp/timeStampingAuthority.ts';
import { testCity, type TestCity } from './testCa.ts';

export interface TestTsa {
  readonly url: string;
  readonly city: TestCity;
  /** PEM file of its roots. */
  readonly rootsFile: string;
  /** Replaces how requests are answered; null: as it should be. */
  answer: ((request: Uint8Array, right: () => Promise<Uint8Array>) => Promise<Answer>) | null;
  close(): Promise<void>;
}

export interface Answer {
  readonly status?: number;
  readonly body: Uint8Array;
}

/** Opens the authority; its certificates begin when its clock first says. */
export async function testTsa(clock: Clock): Promise<TestTsa> {
  const city = await testCity(clock);
  const authority = createTimeStampingAuthority({ signers: city.pki.timeStampers, clock });
  const folder = mkdtempSync(join(tmpdir(), 'yinxin-tsa-'));
  const rootsFile = join(folder, 'roots.pem');
  writeFileSync(rootsFile, city.rootsPem);
  const server = createServer((request, response) => {
    void read(request).then(async (body) => {
      const right = (): Promise<Uint8Array> => authority.respond(body);
      const given: Answer = await (tsa.answer?.(body, right) ??
        right().then((one) => ({ body: one })));
      response.writeHead(given.status ?? 200, { 'content-type': 'application/timestamp-reply' });
      response.end(given.body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const tsa: TestTsa = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/tsa`,
    ...{ city, rootsFile, answer: null },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      rmSync(folder, { recursive: true });
    },
  };
  return tsa;
}

async function read(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
