import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseCertificate, toPem, type Certificate } from '../../../service/src/pki/certificate.ts';
import { readCrl } from '../../../service/src/pki/revocation/crl.ts';
import { readOcspStatus } from '../../../service/src/pki/revocation/ocspStatus.ts';
import { parseOcspResponse } from '../../../service/src/pki/revocation/ocspResponse.ts';
import { encodeOcspRequest } from '../../../service/src/pki/revocation/ocspRequest.ts';
import { hasOpenssl } from '../../support/openssl.ts';
import { testApp, type TestAnswer, type TestApp } from '../../support/testApp.ts';
import { TEST_ORGANISATIONS } from '../../support/testService.ts';

const MARKET = TEST_ORGANISATIONS.market.creditCode;
const NONCE = Uint8Array.of(1, 2, 3, 4);
const describeOpenssl = hasOpenssl ? describe : describe.skip;

let app: TestApp;

beforeAll(async () => {
  app = await testApp();
});
afterAll(async () => {
  await app.remove();
});

interface Issued {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
}

async function issued(purpose: 'documentSignerSm2' | 'codeSigner'): Promise<Issued> {
  const signer = (await app.city.service.licences.signersOf(MARKET))[purpose];
  const [certificate, issuer] = signer.certificationPath.map((der) => parseCertificate(der));
  return { certificate: certificate!, issuer: issuer! };
}

async function ask(request: Uint8Array): Promise<Uint8Array> {
  const answer = await app.send('POST', '/ocsp', {
    raw: new Uint8Array(request),
    headers: { 'content-type': 'application/ocsp-request' },
  });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('application/ocsp-response');
  return answer.bytes;
}

async function revoke(
  fingerprint: string,
  as: 'security' | 'operator' = 'security',
): Promise<TestAnswer> {
  return await app.send('POST', `/certificates/${fingerprint}/revoke`, {
    as,
    json: { reason: 'superseded' },
  });
}

describe('GET /certificates', () => {
  it('lists them for those who administer and audit, page by page', async () => {
    const first = await app.send('GET', '/certificates?limit=5', { as: 'auditor' });
    const second = await app.send('GET', `/certificates?limit=5&cursor=${first.body.nextCursor}`, {
      as: 'operator',
    });

    expect(first.body.items).toHaveLength(5);
    expect(first.body.items[0]).toMatchObject({ state: 'valid', revokedAt: null, reason: null });
    expect(second.body.items[0]).not.toEqual(first.body.items[0]);
    const refused = await app.send('GET', '/certificates', { as: 'clerk' });
    expect(refused.status).toBe(403);
  });
});

describe('POST /certificates/{fingerprint}/revoke', () => {
  it('revokes, once, and for the security administrator alone', async () => {
    const { certificate } = await issued('codeSigner');
    const refused = await revoke(certificate.fingerprint, 'operator');
    const done = await revoke(certificate.fingerprint);
    const again = await revoke(certificate.fingerprint);

    expect(refused.status).toBe(403);
    expect(done.body).toMatchObject({ state: 'revoked', reason: 'superseded' });
    expect(again.body.code).toBe('CERTIFICATE_STATE_CONFLICT');
  });
});

describe('GET /crl/{ca}.crl', () => {
  it('is where certificates say, for everybody', async () => {
    const { certificate, issuer } = await issued('codeSigner');
    const [url] = certificate.crlUrls;
    const answer = await app.send('GET', url!.replace(/^.*\/api\/v1/, ''));

    expect(url).toBe(`http://127.0.0.1:8080/api/v1/crl/${issuer.subjectKeyId}.crl`);
    expect(certificate.ocspUrls).toEqual(['http://127.0.0.1:8080/api/v1/ocsp']);
    expect(answer.headers.get('content-type')).toBe('application/pkix-crl');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
    const crls = await app.city.service.store.revocations.crls();
    const known = crls.find(({ issuerKeyId }) => issuerKeyId === issuer.subjectKeyId);
    expect(answer.bytes).toEqual(new Uint8Array(known!.der));
  });

  it('is newer than a person’s certificate, which names no responder', async () => {
    const { seals } = app.city.service;
    await new Promise((resolve) => setTimeout(resolve, 1100)); // lists and certificates know whole seconds
    const person = { displayName: '张三', pseudonym: '0'.repeat(32), organisation: null };
    const signer = await seals.personalSigner(person, 'ES256');
    const { notBefore, crlUrls, ocspUrls } = parseCertificate(signer.certificationPath[0]!);
    const { bytes } = await app.send('GET', crlUrls[0]!.replace(/^.*\/api\/v1/, ''));

    expect(ocspUrls).toEqual([]);
    expect(readCrl(bytes)!.thisUpdate.getTime()).toBeGreaterThanOrEqual(notBefore.getTime());
  });

  it('is not there for others', async () => {
    expect((await app.send('GET', `/crl/${'0'.repeat(40)}.crl`)).status).toBe(404);
    expect((await app.send('GET', '/crl/root.crl')).status).toBe(400);
  });
});

describe('/ocsp', () => {
  it.each(['documentSignerSm2', 'codeSigner'] as const)('knows %s', async (purpose) => {
    const { certificate, issuer } = await issued(purpose);
    const response = await ask(encodeOcspRequest(certificate, issuer, NONCE));

    expect(readOcspStatus({ certificate, issuer, response })).toMatchObject({ kind: 'good' });
    expect(parseOcspResponse(response).basic?.nonce).toEqual(NONCE);
  });

  it('says when and why something was revoked', async () => {
    const { certificate, issuer } = await issued('codeSigner');
    await revoke(certificate.fingerprint);
    const response = await ask(encodeOcspRequest(certificate, issuer, NONCE));

    expect(readOcspStatus({ certificate, issuer, response })).toMatchObject({
      ...{ kind: 'revoked', reason: 'superseded' },
    });
  });

  it('does not know what was never issued', async () => {
    const { certificate, issuer } = await issued('codeSigner');
    const invented = { ...certificate, serialNumber: '41'.repeat(16) };
    const response = await ask(encodeOcspRequest(invented, issuer, NONCE));

    expect(readOcspStatus({ certificate: invented, issuer, response })).toMatchObject({
      kind: 'unknown',
    });
  });

  it('does not answer for other authorities, nor what it cannot read', async () => {
    const { certificate } = await issued('codeSigner');
    const other = await ask(encodeOcspRequest(certificate, certificate, NONCE));
    const long = await ask(encodeOcspRequest(certificate, certificate, new Uint8Array(33)));

    expect(parseOcspResponse(other)).toEqual({ status: 'unauthorized', basic: null });
    expect(parseOcspResponse(long)).toEqual({ status: 'malformedRequest', basic: null });
    expect(parseOcspResponse(await ask(NONCE)).status).toBe('malformedRequest');
  });

  it('takes a question in the address, too', async () => {
    const { certificate, issuer } = await issued('codeSigner');
    const request = Buffer.from(encodeOcspRequest(certificate, issuer, NONCE)).toString('base64');
    const answer = await app.send('GET', `/ocsp/${encodeURIComponent(request)}`);

    expect(answer.headers.get('cache-control')).toBe('public, max-age=60');
    expect(readOcspStatus({ certificate, issuer, response: answer.bytes })).toMatchObject({
      kind: 'good',
    });
  });
});

describeOpenssl('beside the openssl command', () => {
  it('answers its question and is believed', async () => {
    const { certificate, issuer } = await issued('codeSigner');
    const folder = mkdtempSync(join(tmpdir(), 'ocsp-'));
    const write = (name: string, text: string): void => {
      writeFileSync(join(folder, name), text);
    };
    write('leaf.pem', toPem([certificate.der]));
    write('issuer.pem', toPem([issuer.der]));
    write('roots.pem', app.city.service.pki.rootsPem);
    const about = ['-issuer', 'issuer.pem', '-cert', 'leaf.pem', '-sha256', '-cert', 'leaf.pem'];
    const trust = ['-CAfile', 'roots.pem', '-verify_other', 'issuer.pem'];
    const args = ['ocsp', ...about, '-url', `${app.origin}/api/v1/ocsp`, ...trust];
    const { stdout, stderr } = await promisify(execFile)('openssl', args, { cwd: folder });
    rmSync(folder, { recursive: true });

    expect(stdout.match(/leaf\.pem: good/g)).toHaveLength(2);
    expect(stderr).toContain('Response verify OK'); // and no warning of a nonce that is missing
    expect(stderr).not.toMatch(/nonce/i);
  });
});
