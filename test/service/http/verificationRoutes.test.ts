import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { toPem } from '../../../service/src/pki/certificate.ts';
import type { Licence } from '../../../service/src/store/store.ts';
import { foreignPdf } from '../../support/foreignPdf.ts';
import { testCity } from '../../support/testCa.ts';
import { formOf, testApp, type TestApp } from '../../support/testApp.ts';
import { TEST_ORGANISATIONS, TEST_TYPES } from '../../support/testService.ts';

type Bytes = Uint8Array<ArrayBuffer>;

let app: TestApp;
let licence: Licence;
let revoked: Licence;

beforeAll(async () => {
  app = await testApp();
  licence = await app.city.issue({ typeCode: TEST_TYPES.dual });
  revoked = await app.city.issue();
  await revoke(revoked.identifier);
});

afterAll(async () => {
  await app.remove();
});

const verify = (
  json: object,
  query = '',
  headers: Readonly<Record<string, string>> = {},
): ReturnType<TestApp['send']> => app.send('POST', `/verifications${query}`, { json, headers });

const upload = (file: Uint8Array<ArrayBuffer> | string): ReturnType<TestApp['send']> =>
  app.send('POST', '/verifications', { form: formOf(file) });

async function revoke(identifier: string): Promise<void> {
  const json = { reason: 'fraud' };
  await app.send('POST', `/licences/${identifier}/revoke`, { as: 'checker', json });
}

async function codeOf({ identifier }: Licence): Promise<string> {
  const path = `/licences/${identifier}/qr?format=text`;
  return (await app.send('GET', path, { as: 'maker' })).text;
}

async function fileOf(
  { identifier }: Licence,
  format: 'ofd' | 'pdf',
): Promise<Uint8Array<ArrayBuffer>> {
  const path = `/licences/${identifier}/document?format=${format}`;
  return (await app.send('GET', path, { as: 'maker' })).bytes;
}

async function credentialOf({ identifier }: Licence): Promise<string> {
  return (await app.city.service.store.licences.parts(identifier))?.credential ?? '';
}

describe('POST /verifications', () => {
  it.each(['code', 'identifier', 'credential', 'ofd', 'pdf'] as const)(
    'passes a good licence by its %s',
    async (kind) => {
      const { status, body } = await verifyBy(kind, licence);

      expect([status, body.indication, body.subIndication]).toEqual([200, 'TOTAL-PASSED', null]);
      expect(body.subject).toEqual({
        kind: kind === 'credential' ? 'credential' : 'licence',
        identifier: licence.identifier,
      });
    },
  );

  it.each(['code', 'identifier', 'credential', 'ofd'] as const)(
    'fails a revoked licence by its %s, with 200',
    async (kind) => {
      const { status, body } = await verifyBy(kind, revoked);

      expect([status, body.indication, body.subIndication]).toEqual([
        200,
        'TOTAL-FAILED',
        'LICENCE_REVOKED',
      ]);
    },
  );

  it('shows a revocation in the very next answer', async () => {
    const fresh = await app.city.issue();
    const code = await codeOf(fresh);
    expect((await verify({ code })).body.indication).toBe('TOTAL-PASSED');

    await revoke(fresh.identifier);

    expect((await verify({ code })).body.subIndication).toBe('LICENCE_REVOKED');
  });

  it('fails another credential of the same licence', async () => {
    const [mine, other] = [await credentialOf(licence), await credentialOf(revoked)];
    const [head] = mine.split('~');

    const swapped = `${head ?? ''}~${other.split('~').slice(1).join('~')}`;

    expect((await verify({ credential: swapped })).body.indication).not.toBe('TOTAL-PASSED');
  });

  it('judges seals and proofs', async () => {
    const path = `/seals/${app.city.esId}/file`;
    const seal = (await app.send('GET', path, { as: 'sealMaker' })).bytes;
    const proofPath = `/licences/${revoked.identifier}/proof`;
    const proof = await app.send('GET', proofPath, { as: 'holder' });

    const ofSeal = (await upload(seal)).body;
    const ofProof = (await upload(proof.text)).body;

    expect([ofSeal.indication, ofSeal.subject.kind]).toEqual(['TOTAL-PASSED', 'seal']);
    expect([ofProof.indication, ofProof.subject.kind]).toEqual(['TOTAL-PASSED', 'proof']);
    expect(ofProof.statement).toContain('吊销');
    expect(ofProof.statusSource).toBe('none');
  });

  it('judges what speaks for itself by the city’s own trust', async () => {
    const { service } = app.city;
    await service.certificates.keepCrlsFresh();
    const { codeSigner } = await service.licences.signersOf(TEST_ORGANISATIONS.market.creditCode);
    const [leaf] = codeSigner.certificationPath;
    const token = await service.receipts.timeStamper!.stamp(Buffer.from('what existed'), 'ES256');
    const strange = (await testCity()).credentialSigner.certificationPath[0]!;

    const verdictOf = async (file: Uint8Array | string): Promise<unknown> => {
      const { subject, indication, subIndication } = (await upload(file as Bytes)).body;
      return [subject.kind, indication, subIndication];
    };

    expect(await verdictOf(leaf!)).toEqual(['certificate', 'TOTAL-PASSED', null]);
    expect(await verdictOf(toPem([...codeSigner.certificationPath]))).toEqual([
      ...['certificate', 'TOTAL-PASSED', null],
    ]);
    expect(await verdictOf(strange)).toEqual([
      ...['certificate', 'INDETERMINATE', 'NO_CERTIFICATE_CHAIN_FOUND'],
    ]);
    expect(await verdictOf(token)).toEqual(['time-stamp', 'TOTAL-PASSED', null]);
    expect(await verdictOf(`${await codeOf(licence)}\n`)).toEqual([
      ...['licence', 'TOTAL-PASSED', null],
    ]);
  });

  it('cannot tell what an unknown identifier is', async () => {
    const unknown = licence.identifier.replace(/\.(\w+)\.001\..$/, '.ZZ.001.');
    const { parseIdentifier, formatIdentifier } = await import('@yinxin/chaincode/model');
    const { typeCode, issuer } = parseIdentifier(licence.identifier);
    const identifier = formatIdentifier({ typeCode, issuer, serial: 'ZZ', version: 1 });

    const { body } = await verify({ identifier });

    expect(identifier.startsWith(unknown)).toBe(true);
    expect([body.indication, body.subIndication]).toEqual(['INDETERMINATE', 'LICENCE_UNKNOWN']);
  });

  it('answers in the caller’s language, Chinese by default', async () => {
    const json = { identifier: revoked.identifier };
    const english = await verify(json, '', { 'accept-language': 'en-GB,en;q=0.9' });
    const chinese = await verify(json, '', { 'accept-language': 'zh-CN,en;q=0.1' });
    const neither = await verify(json, '', { 'accept-language': 'fr' });

    expect(english.body.statement).toContain('revoked');
    expect(chinese.body.statement).toContain('吊销');
    expect(neither.body.statement).toContain('吊销');
  });

  it('asks for a moment before the revocation', async () => {
    const at = new Date(revoked.issuedAt ?? 0).toISOString();

    const { body } = await verify({ identifier: revoked.identifier }, `?at=${at}`);

    expect([body.indication, body.at]).toEqual(['TOTAL-PASSED', at]);
  });

  it.each([
    ['nothing', {}],
    ['two things', { code: 'YX1.1', identifier: 'x' }],
    ['an unknown member', { code: 'YX1.1', file: 'x' }],
    ['a number', { code: 1 }],
    ['too long a code', { code: 'x'.repeat(4097) }],
  ])('refuses %s', async (_, json) => {
    const { status, body } = await verify(json);

    expect([status, body.code]).toEqual([400, 'REQUEST_MALFORMED']);
  });

  it.each([
    ['a code of no known kind', { code: 'hello' }, 'CODE_MALFORMED'],
    ['a code of wrong digits', { code: 'YX1.123' }, 'CODE_MALFORMED'],
    ['an identifier with a wrong check character', { identifier: '1.2.3' }, 'CODE_MALFORMED'],
    ['a credential that is none', { credential: 'abc~' }, 'DOCUMENT_MALFORMED'],
  ])('calls %s malformed', async (_, json, code) => {
    const answer = await verify(json);

    expect([answer.status, answer.body.code]).toEqual([422, code]);
  });

  it.each([
    '',
    'hello',
    '{}',
    '{"typ":"yinxin-proof"}',
    '0\u0003',
    'PK\u0003\u0004',
    '%PDF-1.7',
    'ey~',
  ])('calls the file `%s` malformed', async (content) => {
    const answer = await upload(content);

    expect([answer.status, answer.body.code]).toEqual([422, 'DOCUMENT_MALFORMED']);
  });

  it.each(['?at=yesterday', '?at=2026-02-30', '?knownAt=1', '?when=2026-01-01'])(
    'refuses the query `%s`',
    async (query) => {
      const { status } = await verify({ identifier: licence.identifier }, query);

      expect(status).toBe(400);
    },
  );

  it('does not pass a file that bears no signature', async () => {
    const { status, body } = await upload(await foreignPdf());

    expect([status, body.subIndication]).toEqual([200, 'NOT_SIGNED']);
    expect(body.indication).not.toBe('TOTAL-PASSED');
  });

  async function verifyBy(
    kind: 'code' | 'identifier' | 'credential' | 'ofd' | 'pdf',
    subject: Licence,
  ): ReturnType<TestApp['send']> {
    if (kind === 'identifier') return await verify({ identifier: subject.identifier });
    if (kind === 'code') return await verify({ code: await codeOf(subject) });
    if (kind === 'credential') return await verify({ credential: await credentialOf(subject) });
    return await upload(await fileOf(subject, kind));
  }
});

describe('the use that a verification leaves', () => {
  const newestUse = async (): Promise<unknown> => {
    const path = `/licences/${licence.identifier}/uses?limit=1`;
    return (await app.send('GET', path, { as: 'holder' })).body.items[0];
  };

  it('names the clerk with matter and purpose', async () => {
    const json = { identifier: licence.identifier, matter: 'M-1', purpose: '变更登记' };
    await app.send('POST', '/verifications', { as: 'clerk', json });

    expect(await newestUse()).toMatchObject({
      kind: 'verification',
      channel: 'window',
      clerk: 'clerk',
      matter: 'M-1',
      purpose: '变更登记',
      indication: 'TOTAL-PASSED',
    });
  });

  it('keeps no words of a stranger', async () => {
    await verify({ identifier: licence.identifier, matter: 'M-1', purpose: 'anything' });

    expect(await newestUse()).toMatchObject({
      channel: 'public',
      clerk: null,
      matter: null,
      purpose: null,
    });
  });
});

describe('POST /verifications/batch', () => {
  const batch = (codes: readonly string[]): ReturnType<TestApp['send']> =>
    app.send('POST', '/verifications/batch', { as: 'clerk', json: { codes } });

  it('gives one report a code, in order', async () => {
    const codes = [await codeOf(licence), 'nonsense', await codeOf(revoked)];

    const { status, body } = await batch(codes);

    expect(status).toBe(200);
    expect(body.reports.map((one) => one.indication)).toEqual([
      'TOTAL-PASSED',
      'INDETERMINATE',
      'TOTAL-FAILED',
    ]);
  });

  it('takes 200 and no more', async () => {
    expect((await batch(Array<string>(200).fill('x'))).body.reports).toHaveLength(200);
    expect((await batch(Array<string>(201).fill('x'))).status).toBe(400);
    expect((await batch([])).status).toBe(400);
  });
});
