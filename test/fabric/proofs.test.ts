/** Proofs from a real network: what both organisations' peers signed, judged offline by the command line. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { readConnectionProfile } from '../../service/src/ledger/fabric/connectionProfile.ts';
import { endorseBatches } from '../../service/src/ledger/fabric/endorsedRead.ts';
import { connectOlderNetwork } from '../../service/src/ledger/fabric/olderNetwork.ts';
import { toProvenRead } from '../../service/src/ledger/proofFormat.ts';
import type { LedgerProof } from '../../service/src/ledger/proofFormat.ts';
import { actOnLicence } from '../../service/src/licences/actOnLicence.ts';
import { parseCertificates, toPem } from '../../service/src/pki/certificate.ts';
import { licenceProof, sealProof, type ProofParts } from '../../service/src/proofs/proofs.ts';
import { startNetwork, type TestNetwork } from '../support/fabricNetwork.ts';
import { runYinxin, type CommandResult } from '../support/runYinxin.ts';
import { onFabric, testService, type TestService } from '../support/testService.ts';

let network: TestNetwork;
let city: TestService;
let folder: string;
let parts: ProofParts;
let proof: LedgerProof;
/** The identifier of a licence that was issued and revoked. */
let identifier: string;

beforeAll(async () => {
  network = await startNetwork();
  city = await testService({ config: onFabric(network.profiles.operator) });
  folder = mkdtempSync(join(tmpdir(), 'yinxin-proofs-'));
  const { store, ledger, verification, licences, pki } = city.service;
  parts = { store, ledger, trust: verification.trust };
  ({ identifier } = await city.issue());
  const request = { name: 'revoke', reason: 'other', effectiveFrom: null } as const;
  await actOnLicence(licences, city.people.maker, identifier, request);
  proof = await licenceProof(parts, city.people.holder, identifier);
  const organisations = parseCertificates(readFileSync(network.trust, 'utf8'));
  writeFileSync(path('roots.pem'), pki.rootsPem);
  writeFileSync(path('organisations.pem'), readFileSync(network.trust));
  writeFileSync(path('one.pem'), toPem([organisations[0]!.der]));
}, 120_000);

afterAll(async () => {
  await city.remove();
  await network.down();
  rmSync(folder, { recursive: true });
});

function path(name: string): string {
  return join(folder, name);
}

/** Runs `yinxin verify` with some files of roots. */
async function verify(
  given: LedgerProof,
  roots: readonly string[],
  ...options: readonly string[]
): Promise<CommandResult> {
  writeFileSync(path('proof.json'), JSON.stringify(given));
  const trust = roots.flatMap((name) => ['--trust', path(name)]);
  return await runYinxin(['verify', path('proof.json'), ...trust, ...options]);
}

/** Changes one bit in the middle of base64. */
function flip(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  bytes[bytes.length >> 1]! ^= 1;
  return bytes.toString('base64');
}

const ALL = ['roots.pem', 'organisations.pem'];
const DEMAND = ['--require-endorsements', '2'];

describe('a proof from two organisations', () => {
  it('passes with the roots of the city and of both: exit 0', async () => {
    const { exit, out } = await verify(proof, ALL, ...DEMAND);

    expect(exit).toBe(0);
    expect(out).toContain('EVIDENCE HOLDS  TOTAL-PASSED');
    expect(out).toContain('Endorsed by AuditorMSP and OperatorMSP.');
  });

  it('shows every act by one read', () => {
    expect(proof.acts.map(({ act }) => act.act.act)).toEqual(['licence.issue', 'licence.revoke']);
    expect(proof.endorsedReads).toHaveLength(1);
    expect(proof.endorsedReads![0]!.endorsements).toHaveLength(2);
  });

  it.each([
    ['no roots', [], 'NO_TRUST'],
    ['the city’s alone', ['roots.pem'], 'NO_CERTIFICATE_CHAIN_FOUND'],
    ['one organisation’s', ['roots.pem', 'one.pem'], 'NO_CERTIFICATE_CHAIN_FOUND'],
    ['the organisations’ alone', ['organisations.pem'], 'NO_CERTIFICATE_CHAIN_FOUND'],
  ])('cannot be told with %s: exit 3', async (_, roots, reason) => {
    const { exit, out } = await verify(proof, roots);

    expect(exit).toBe(3);
    expect(out).toContain(`CANNOT TELL  INDETERMINATE ${reason}`);
  });

  it('cannot be told for another channel: exit 3', async () => {
    const { exit, out } = await verify(proof, ALL, '--ledger', 'trial/yinxin');

    expect(exit).toBe(3);
    expect(out).toContain('CANNOT TELL  INDETERMINATE NOT_ENDORSED');
  });

  it('cannot hide from a demand that its endorsements were taken out: exit 3', async () => {
    const stripped = { ...proof };
    delete (stripped as { endorsedReads?: unknown }).endorsedReads;

    expect((await verify(stripped, ALL)).exit).toBe(0);
    expect((await verify(stripped, ALL, ...DEMAND)).exit).toBe(3);
  });

  it.each(['channelHeader', 'signatureHeader', 'proposal', 'response'] as const)(
    'fails with one bit of %s changed: exit 1',
    async (part) => {
      const read = proof.endorsedReads![0]!;

      const { exit } = await verify(
        { ...proof, endorsedReads: [{ ...read, [part]: flip(read[part]) }] },
        ALL,
      );

      expect(exit).toBe(1);
    },
  );

  it('fails with the endorsements of another proof: exit 1', async () => {
    const { endorsedReads = [] } = await sealProof(parts, city.esId);

    expect((await verify({ ...proof, endorsedReads }, ALL)).exit).toBe(1);
  });
});

const CONNECTOR = join(import.meta.dirname, '../../service-fabric-network/node_modules');
const hasConnector = existsSync(CONNECTOR);
if (!hasConnector) {
  process.stdout.write(
    '\nSKIPPED: npm ci --prefix service-fabric-network installs the connector\n\n',
  );
}

(hasConnector ? describe : describe.skip)('a read through the connector for older networks', () => {
  it('is as good', async () => {
    const profile = await readConnectionProfile(network.profiles.operator);
    const transport = await connectOlderNetwork(profile);
    const roots = proof.acts.map(({ batch }) => batch.root);

    const read = await endorseBatches(transport, roots, 'yinxin');
    await transport.close();

    const { exit } = await verify(
      { ...proof, endorsedReads: [toProvenRead(read)] },
      ALL,
      ...DEMAND,
    );
    expect(exit).toBe(0);
  });
});

describe('a proof while the other organisation is away', () => {
  it('is not given out with less', async () => {
    await network.kill('peer0.auditor');

    await expect(licenceProof(parts, city.people.holder, identifier)).rejects.toMatchObject({
      code: 'LEDGER_UNAVAILABLE',
    });

    await network.start('peer0.auditor');
    await network.untilReady();
    const { endorsedReads } = await licenceProof(parts, city.people.holder, identifier);
    expect(endorsedReads).toHaveLength(1);
  });
});
