/** The main job, end to end: the whole service as a process, in front of a network of two organisations. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startNetwork, type TestNetwork } from '../support/fabricNetwork.ts';
import { runYinxin } from '../support/runYinxin.ts';
import {
  startServiceProcess,
  type ProcessAnswer,
  type ServiceProcess,
} from '../support/serviceProcess.ts';
import { formOf } from '../support/testApp.ts';

const NOTICE = join(import.meta.dirname, '../fixtures/notice/notice.pdf');
/** Uses are anchored every second, and a block may take as long on a busy machine. */
const ANCHORED_WITHIN_MS = 15_000;

let network: TestNetwork;
let folder: string;
let service: ServiceProcess;
let identifier: string;
let code: string;

const settings = (): Record<string, string> => ({
  ...{ YINXIN_LEDGER: 'fabric', YINXIN_FABRIC_PROFILE: network.profiles.operator },
});

beforeAll(async () => {
  network = await startNetwork();
  folder = mkdtempSync(join(tmpdir(), 'yinxin-main-job-'));
  service = await startServiceProcess(join(folder, 'run'), settings());
}, 120_000);

afterAll(async () => {
  await service.stop();
  await network.down();
  rmSync(folder, { recursive: true });
});

async function verify(evidence: object): Promise<string> {
  const { status, body } = await service.send('POST', '/verifications', null, evidence);
  expect(status).toBe(200);
  const { indication, subIndication } = body;
  return subIndication === null ? indication : `${indication} ${subIndication}`;
}

async function download(path: string, as: string): Promise<Uint8Array<ArrayBuffer>> {
  const { status, bytes } = await service.send('GET', path, as);
  expect(status).toBe(200);
  return bytes;
}

describe('the main job on Fabric', () => {
  it('has a demo city on a ledger of blocks that others endorse', async () => {
    const { body } = await service.send('GET', '/ledger', null);

    expect(body).toMatchObject({
      mode: 'fabric',
      headHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(body['height']).toBeGreaterThan(5);
  });

  it('issues: the maker drafts, the checker approves', async () => {
    const { types, holders } = service.city;
    const { name, code: holderCode, codeType } = holders[0]!;
    const drafted = await service.send('POST', '/licences', 'maker', {
      ...{ typeCode: types[0]!.typeCode, holder: { name, code: holderCode, codeType } },
      fields: types[0]!.sampleFields,
      ...{ validFrom: '2026-01-01', validUntil: '2031-12-31' },
    });
    identifier = drafted.body.identifier;

    const issued = await service.send('POST', `/licences/${identifier}/approve`, 'checker');

    expect([drafted.status, drafted.body.state]).toEqual([201, 'drafted']);
    expect([issued.status, issued.body.state]).toEqual([200, 'issued']);
    expect(issued.body['ledger']).toEqual({
      ...{ root: expect.stringMatching(/^[0-9a-f]{64}$/), position: expect.any(Number) },
      block: expect.any(Number),
    });
  });

  it('gives out files and code that verify', async () => {
    const ofd = await download(`/licences/${identifier}/document?format=ofd`, 'maker');
    const pdf = await download(`/licences/${identifier}/document?format=pdf`, 'maker');
    const text = await download(`/licences/${identifier}/qr?format=text`, 'maker');
    code = Buffer.from(text).toString('utf8').trim();

    expect(await verify({ code })).toBe('TOTAL-PASSED');
    expect(await verify({ identifier })).toBe('TOTAL-PASSED');
    expect(await verify(formOf(ofd))).toBe('TOTAL-PASSED');
    expect(await verify(formOf(pdf))).toBe('TOTAL-PASSED');
  });

  it('knows a revocation in the very next answer', async () => {
    const revoked = await service.send('POST', `/licences/${identifier}/revoke`, 'checker', {
      reason: 'fraud',
    });

    expect([revoked.status, revoked.body.state]).toEqual([200, 'revoked']);
    expect(await verify({ code })).toBe('TOTAL-FAILED LICENCE_REVOKED');
  });

  it('shows the holder every use, anchored within seconds', async () => {
    const uses = async (): Promise<ProcessAnswer> =>
      await service.send('GET', `/licences/${identifier}/uses`, 'holder');
    const anchors = ({ body }: ProcessAnswer): readonly unknown[] =>
      body.items.map((use) => (use['anchor'] as { readonly state: string }).state);
    let answer = await uses();
    const until = Date.now() + ANCHORED_WITHIN_MS;
    while (anchors(answer).includes('pending') && Date.now() < until) {
      await sleep(200);
      answer = await uses();
    }

    expect(answer.body.items.map(({ indication }) => indication)).toEqual([
      'TOTAL-FAILED',
      ...Array<string>(4).fill('TOTAL-PASSED'),
      ...Array<null>(3).fill(null), // the maker looked at both files and the code
    ]);
    expect(anchors(answer)).toEqual(Array(8).fill('anchored'));
  });

  it('seals a document, and shows its use under the seal', async () => {
    const [esId] = service.city.esIds;
    const fields = { esId: esId!, page: '1', x: '120', y: '200' };
    const form = formOf(new Uint8Array(readFileSync(NOTICE)), fields, 'notice.pdf');

    const sealed = await service.send('POST', '/seal-signatures', 'maker', form);

    expect(sealed.status).toBe(201);
    expect(await verify(formOf(sealed.bytes))).toBe('TOTAL-PASSED');
    const uses = await service.send('GET', `/seals/${esId!}/uses`, 'maker');
    expect(uses.body.items.length).toBeGreaterThan(0);
  });

  it('proves offline what both organisations endorsed, to whoever trusts their roots', async () => {
    const proof = join(folder, 'proof.json');
    const cityRoots = join(service.dataDir, 'trust', 'roots.pem');
    writeFileSync(proof, await download(`/licences/${identifier}/proof`, 'holder'));
    const verifyProof = async (...roots: readonly string[]): Promise<number> =>
      (await runYinxin(['verify', proof, ...roots.flatMap((file) => ['--trust', file])])).exit;

    expect(existsSync(network.trust)).toBe(true);
    expect(await verifyProof(cityRoots)).toBe(0); // it holds the organisations' roots, marked
    expect(await verifyProof(cityRoots, network.trust)).toBe(0);
    expect(await verifyProof(network.trust)).toBe(3);
    expect(await verifyProof()).toBe(3);
  });

  it('finds no other words in an altered proof', async () => {
    const proof = readFileSync(join(folder, 'proof.json'), 'utf8');
    const altered = join(folder, 'altered.json');
    writeFileSync(altered, proof.replaceAll('"fraud"', '"error"'));
    const roots = [join(service.dataDir, 'trust', 'roots.pem'), network.trust];

    const { exit } = await runYinxin([
      ...['verify', altered, ...roots.flatMap((file) => ['--trust', file])],
    ]);

    expect(exit).toBe(1);
  });

  it('has its state again after a restart', async () => {
    await service.stop();
    service = await startServiceProcess(service.dataDir, settings());

    expect(await verify({ code })).toBe('TOTAL-FAILED LICENCE_REVOKED');
  });

  it('rebuilds the index of its store from the ledger', async () => {
    await service.stop();

    const { exit, out, err } = await runYinxin(
      ['ledger', 'rebuild-store', '--data-dir', service.dataDir, '--json'],
      settings(),
    );
    service = await startServiceProcess(service.dataDir, settings());

    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    expect(JSON.parse(out)).toMatchObject({ licences: expect.any(Number) });
    expect(await verify({ identifier })).toBe('TOTAL-FAILED LICENCE_REVOKED');
    const licence = await service.send('GET', `/licences/${identifier}`, 'checker');
    expect(licence.body.state).toBe('revoked');
  });
});
