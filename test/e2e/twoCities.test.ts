/** Two installations with ledgers, stores and roots of their own recognise each other's seals. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { creditCodeCheckCharacter } from '@yinxin/chaincode/model';
import { revokeCertificate } from '../../service/src/certificates/revokeCertificate.ts';
import { writeOfd } from '../../service/src/documents/ofd/writeOfd.ts';
import { parseCertificate } from '../../service/src/pki/certificate.ts';
import { validateCertificationPath } from '../../service/src/pki/certificationPath.ts';
import { conclude } from '../../service/src/report.ts';
import { makeSeal } from '../../service/src/seals/makeSeal.ts';
import { signJws } from '../../service/src/credentials/jws.ts';
import { TRUST_EXPORT_TYPE } from '../../service/src/trust/trustExport.ts';
import { foreignPdf } from '../support/foreignPdf.ts';
import { turnBit } from '../support/repack.ts';
import { formOf, testApp, type AnswerBody, type TestApp } from '../support/testApp.ts';
import { testClock } from '../support/testClock.ts';
import { TEST_ORGANISATIONS } from '../support/testService.ts';

const DAY_MS = 86_400_000;
const clock = testClock('2026-06-01T02:00:00.000Z');
const creditCode = (body: string): string => body + creditCodeCheckCharacter(body);

/** The city that seals, and the one that verifies. */
let a: TestApp;
let b: TestApp;
/** Where the world reaches city A: its certificates name it before the service has a port. */
const publicFace = createServer((request, response) => {
  void fetch(`${a.origin}${request.url ?? ''}`).then(async (answer) => {
    response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
  });
});
beforeAll(async () => {
  publicFace.listen(0, '127.0.0.1');
  await once(publicFace, 'listening');
  a = await testApp({
    clock,
    publicUrl: `http://127.0.0.1:${(publicFace.address() as AddressInfo).port}`,
    config: { operator: { creditCode: creditCode('11320500TEX000001'), name: '北湖市数据局' } },
  });
  b = await testApp({ clock });
});
afterAll(async () => {
  publicFace.closeAllConnections();
  publicFace.close();
  await a.remove();
  await b.remove();
});

type Proposal = AnswerBody & { readonly fingerprint: string };

/** A document of each format, sealed in city A under a seal of a kind. */
async function sealInA(
  kind: 'official' | 'finance',
): Promise<{ readonly ofd: Bytes; readonly pdf: Bytes }> {
  const { service, people } = a.city;
  const { esId } = await makeSeal(service.seals, people.sealMaker, {
    holder: TEST_ORGANISATIONS.market,
    ...{ kind, name: `北湖市市场监督管理局${kind === 'finance' ? '财务专用章' : ''}` },
    validFrom: new Date(clock.now().getTime() - 1000),
    validUntil: new Date(clock.now().getTime() + 1000 * DAY_MS),
  });
  clock.advance(1000);
  const empty = writeOfd({
    pages: [{ widthMm: 210, heightMm: 297, items: [] }],
    ...{ title: '', author: '', createdAt: clock.now(), metadata: [], attachments: [] },
  });
  const sealed = {
    ofd: await sealFile(esId, empty),
    pdf: await sealFile(esId, await foreignPdf()),
  };
  clock.advance(1000);
  return sealed;
}

type Bytes = Uint8Array<ArrayBuffer>;

async function sealFile(esId: string, file: Uint8Array): Promise<Bytes> {
  const form = formOf(file.slice(), { esId, page: '1', x: '30', y: '40' });
  const answer = await a.send('POST', '/seal-signatures', { as: 'maker', form });
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.bytes;
}

/** What city B says of a file. */
async function verifyInB(file: Bytes): Promise<AnswerBody> {
  const { status, body } = await b.send('POST', '/verifications', {
    form: formOf(file),
    headers: { 'accept-language': 'en' },
  });
  expect(status).toBe(200);
  return body;
}

async function verdictInB(file: Bytes): Promise<string> {
  const { indication, subIndication } = await verifyInB(file);
  return subIndication === null ? indication : `${indication} ${subIndication}`;
}

async function importIntoB(limits: object = {}): Promise<readonly Proposal[]> {
  const { text } = await a.send('GET', '/trust-list/export');
  const json = { export: text, limits };
  const answer = await b.send('POST', '/trust-list/imports', { as: 'security', json });
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.body['proposals'] as readonly Proposal[];
}

/** Imports A's CAs into B, the second person approves. @returns fingerprints. */
async function recognise(limits: object = {}): Promise<readonly string[]> {
  const proposals = await importIntoB(limits);
  for (const { id } of proposals) {
    const { status } = await b.send('POST', `/trust-list/proposals/${id}/approve`, {
      as: 'operator',
    });
    expect(status).toBe(200);
  }
  clock.advance(1000);
  return proposals.map(({ fingerprint }) => fingerprint);
}

async function withdraw(fingerprints: readonly string[]): Promise<void> {
  for (const fingerprint of fingerprints) {
    const json = { act: 'withdraw', fingerprint, reason: 'other' };
    const { body } = await b.send('POST', '/trust-list/proposals', { as: 'operator', json });
    await b.send('POST', `/trust-list/proposals/${body.id}/approve`, { as: 'security' });
  }
}

describe('a document sealed in another city', () => {
  let sealed: { readonly ofd: Bytes; readonly pdf: Bytes };
  beforeAll(async () => {
    sealed = await sealInA('official');
  });

  it('leads to no trust anchor before that city is recognised', async () => {
    expect(await verdictInB(sealed.ofd)).toBe('INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND');
    expect(await verdictInB(sealed.pdf)).toBe('INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND');
  });

  it('still does while only one person has said so', async () => {
    const proposals = await importIntoB();

    expect(await verdictInB(sealed.ofd)).toBe('INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND');
    for (const { id } of proposals) {
      const path = `/trust-list/proposals/${id}`;
      const own = await b.send('POST', `${path}/approve`, { as: 'security' });
      expect([own.status, own.body.code]).toEqual([403, 'APPROVER_IS_MAKER']);
      expect((await b.send('DELETE', path, { as: 'security' })).status).toBe(204);
    }
  });

  describe('when two people of this city have recognised it', () => {
    let fingerprints: readonly string[];
    beforeAll(async () => {
      fingerprints = await recognise();
    });

    it.each(['ofd', 'pdf'] as const)('passes as %s', async (format) => {
      const report = await verifyInB(sealed[format]);

      expect(report).toMatchObject({ indication: 'TOTAL-PASSED', subIndication: null });
      expect(report.subject.kind).toBe('seal-signature');
      expect(report['statusSource']).toBe('none');
      expect(report.statement).toContain('recognised here since');
      expect(report.statement).toContain('status in its own city was not asked');
      const names = (report['checks'] as readonly { readonly name: string }[]).map(
        ({ name }) => name,
      );
      expect(names).toContain('trustList.entry');
      expect(names.filter((name) => name.endsWith('.scope'))).not.toEqual([]);
    });

    it.each(['ofd', 'pdf'] as const)('does not pass as %s with a changed byte', async (format) => {
      const bytes = sealed[format].slice();
      bytes[Math.floor(bytes.length / 2)]! ^= 1;

      const answer = await b.send('POST', '/verifications', { form: formOf(bytes) });

      expect(answer.body.indication).not.toBe('TOTAL-PASSED');
    });

    it('does not make that city’s licences known here, but says that they are genuine', async () => {
      const { identifier } = await a.city.issue();
      const file = await a.send('GET', `/licences/${identifier}/document?format=ofd`, {
        as: 'maker',
      });

      const report = await verifyInB(file.bytes);

      expect(report).toMatchObject({
        indication: 'INDETERMINATE',
        subIndication: 'LICENCE_UNKNOWN',
        statement: expect.stringContaining('ask the city that issued it') as unknown,
      });
    });

    it('shows the entries to everybody', async () => {
      const { status, body } = await b.send('GET', '/trust-list');

      expect(status).toBe(200);
      expect(body.items).toHaveLength(2);
      expect(body.items).toEqual(
        fingerprints
          .toReversed()
          .map((fingerprint) =>
            expect.objectContaining({ fingerprint, state: 'trusted', reason: null }),
          ),
      );
    });

    it('stops at the very next verification after the withdrawal', async () => {
      expect(await verdictInB(sealed.ofd)).toBe('TOTAL-PASSED');

      await withdraw(fingerprints);

      expect(await verdictInB(sealed.ofd)).toBe('INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND');
      expect(await verdictInB(sealed.pdf)).toBe('INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND');
      const { body } = await b.send('GET', '/trust-list');
      expect(body.items.map(({ state }) => state)).toEqual(['withdrawn', 'withdrawn']);
    });

    it('can be recognised anew', async () => {
      clock.advance(1000);
      const again = await recognise();

      expect(await verdictInB(sealed.ofd)).toBe('TOTAL-PASSED');
      await withdraw(again);
    });
  });
});

describe('a scope', () => {
  it('lets seals of its kinds pass and no others', async () => {
    const [finance, official] = [await sealInA('finance'), await sealInA('official')];
    const fingerprints = await recognise({ sealKinds: ['finance'] });

    expect(await verdictInB(finance.ofd)).toBe('TOTAL-PASSED');
    expect(await verdictInB(official.ofd)).toBe('INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND');
    expect(await verdictInB(finance.pdf)).toBe('INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND'); // shows no kind
    await withdraw(fingerprints);
  });

  it('ends when it says so, for what is signed later', async () => {
    const before = await sealInA('official');
    const until = new Date(clock.now().getTime() + 5000).toISOString();
    const fingerprints = await recognise({ until });
    clock.advance(10_000);
    const after = await sealInA('official');

    expect(await verdictInB(before.ofd)).toBe('TOTAL-PASSED');
    expect(await verdictInB(after.ofd)).toBe('INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND');
    await withdraw(fingerprints);
  });

  it('without seal makers lets no seal pass', async () => {
    const { ofd } = await sealInA('official');
    const fingerprints = await recognise({ purposes: ['documentSigner', 'timeStamper'] });

    expect(await verdictInB(ofd)).toBe('INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND');
    await withdraw(fingerprints);
  });

  it('names the licence types it is for', async () => {
    const { identifier } = await a.city.issue();
    const file = await a.send('GET', `/licences/${identifier}/document?format=ofd`, {
      as: 'maker',
    });
    const fingerprints = await recognise({
      licenceTypes: [`${creditCode('11330400TEX000009')}001`],
    });

    expect(await verdictInB(file.bytes)).toBe('INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND');
    await withdraw(fingerprints);
  });
});

describe('an export', () => {
  const importing = async (text: string): Promise<readonly [number, string]> => {
    const json = { export: text };
    const { status, body } = await b.send('POST', '/trust-list/imports', { as: 'security', json });
    return [status, body.code];
  };

  it('is refused with any byte changed', async () => {
    const { text } = await a.send('GET', '/trust-list/export');
    const [header = '', payload = '', signature = ''] = text.split('.');
    const changed = (part: string): string =>
      Buffer.from(turnBit(Buffer.from(part, 'base64url'), 30)).toString('base64url');
    const otherName = Buffer.from(payload, 'base64url')
      .toString('utf8')
      .replace('北湖市', '南湖市');

    expect(await importing([header, changed(payload), signature].join('.'))).toEqual([
      422,
      'TRUST_EXPORT_MALFORMED',
    ]);
    for (const parts of [
      [header, payload, changed(signature)],
      [header, Buffer.from(otherName).toString('base64url'), signature],
    ]) {
      expect(await importing(parts.join('.'))).toEqual([422, 'TRUST_EXPORT_NOT_GENUINE']);
    }
  });

  it('is refused after its time', async () => {
    const { text } = await a.send('GET', '/trust-list/export');
    const late = await testApp({ clock: testClock('2027-06-01T02:00:00.000Z') });

    const { status, body } = await late.send('POST', '/trust-list/imports', {
      as: 'security',
      json: { export: text },
    });

    expect([status, body.code]).toEqual([422, 'TRUST_EXPORT_EXPIRED']);
    await late.remove();
  });

  it.each([
    ['a trust bundle', async () => (await a.send('GET', '/trust-bundle')).text],
    ['no text of the kind', async () => await Promise.resolve('a.b.c')],
    ['nothing', async () => await Promise.resolve('')],
  ])('is not %s', async (_, text) => {
    expect(await importing(await text())).toEqual([422, 'TRUST_EXPORT_MALFORMED']);
  });

  it('is not signed by anybody else for that city', async () => {
    const { text } = await a.send('GET', '/trust-list/export');
    const payload = JSON.parse(
      Buffer.from(text.split('.')[1] ?? '', 'base64url').toString('utf8'),
    ) as { readonly [member: string]: string };
    const signers = await b.city.service.pki.authority(TEST_ORGANISATIONS.operator);

    const forged = await signJws(TRUST_EXPORT_TYPE, payload, signers.credentialSigner);

    expect(await importing(forged)).toEqual([422, 'TRUST_EXPORT_NOT_GENUINE']);
  });

  it('of one’s own proposes nothing', async () => {
    const { text } = await b.send('GET', '/trust-list/export');

    const { status, body } = await b.send('POST', '/trust-list/imports', {
      as: 'security',
      json: { export: text },
    });

    expect(status).toBe(201);
    expect(body['proposals']).toEqual([]);
    expect(body['skipped']).toHaveLength(2);
  });
});

describe('what that city revokes', () => {
  it('is seen here within the hour, and takes nothing from what was stamped before', async () => {
    const { ofd } = await sealInA('official');
    await recognise();
    expect(await verdictInB(ofd)).toBe('TOTAL-PASSED');
    const { service, people } = a.city;
    const { documentSignerSm2: signer } = await service.licences.signersOf(
      TEST_ORGANISATIONS.market.creditCode,
    );
    await revokeCertificate(service.certificates.parts, people.security, {
      fingerprint: signer.keyId,
      reason: 'keyCompromise',
    });
    clock.advance(3_600_000);

    expect(await verdictInB(ofd)).toBe('TOTAL-PASSED'); // a token of that city proves the time
    const [leaf, ...intermediates] = signer.certificationPath.map((der) => parseCertificate(der));
    const { checks } = validateCertificationPath({
      ...b.city.service.trust.current,
      ...{ leaf: leaf!, intermediates, at: clock.now() },
    });
    expect(conclude(checks)).toEqual({ indication: 'TOTAL-FAILED', subIndication: 'REVOKED' });
  });
});
