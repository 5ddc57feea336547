/** Receipts as files that outlive their service: the sealed PDF and its code, the JSON, everything offline, and tampered with. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalise } from '@yinxin/chaincode/model';
import fc from 'fast-check';
import { systemClock } from '../../../service/src/clock.ts';
import { parseReceiptCode } from '../../../service/src/credentials/receiptCode.ts';
import { verifyPdf } from '../../../service/src/documents/pdf/verifyPdf.ts';
import { ServiceError } from '../../../service/src/errors.ts';
import type { LedgerProof } from '../../../service/src/ledger/proofFormat.ts';
import { detectEvidence } from '../../../service/src/verification/detectEvidence.ts';
import { verifyOffline } from '../../../service/src/offline/verifyOffline.ts';
import { parseTrustStore, type TrustStore } from '../../../service/src/pki/trustStore.ts';
import { completeReceipts } from '../../../service/src/receipts/completeReceipts.ts';
import { findReceipt, receiptFileOf } from '../../../service/src/receipts/readReceipts.ts';
import { receiptPdf } from '../../../service/src/receipts/receiptPdf.ts';
import type { Report } from '../../../service/src/report.ts';
import { PUBLIC_USE } from '../../../service/src/usage/recordUse.ts';
import { verificationTime } from '../../../service/src/verification/parts.ts';
import { verify, type Evidence } from '../../../service/src/verification/verifier.ts';
import { addServiceSeal, TEST_MATTER, TEST_PURPOSE } from '../../support/copyCity.ts';
import { mutate, mutations } from '../../support/mutations.ts';
import { readPdfPage } from '../../support/readPdf.ts';
import { anchorAll, makeReceipt } from '../../support/receiptCity.ts';
import { runYinxin } from '../../support/runYinxin.ts';
import {
  TEST_ORGANISATIONS,
  TEST_TYPES,
  testService,
  type TestService,
} from '../../support/testService.ts';

let city: TestService;
let folder: string;
let trust: TrustStore;
let identifiers: readonly string[];
let id: string;
let jws: string;
let file: string;
let otherFile: string;
let pdf: Uint8Array;
let code: string;
let bundle: string;
const path = (name: string): string => join(folder, name);

beforeAll(async () => {
  city = await testService();
  folder = mkdtempSync(join(tmpdir(), 'yinxin-receipt-'));
  const { service, people } = city;
  trust = parseTrustStore(service.pki.rootsPem);
  await addServiceSeal(city);
  const issued = [await city.issue({ typeCode: TEST_TYPES.dual }), await city.issue()];
  identifiers = issued.map(({ identifier }) => identifier);
  const seen = identifiers.map((identifier) => ({
    ...{ identifier, fields: ['holderName', 'premises'] },
  }));
  const other = await makeReceipt(city, seen);
  ({ id, jws } = await makeReceipt(city, seen, { caseId: 'CASE-7', legalBasis: '第四十条' }));
  await anchorAll(city);
  await completeReceipts(service.receipts);
  const stored = await findReceipt(service.receipts, people.clerk, id);
  file = receiptFileOf(stored);
  otherFile = receiptFileOf(await findReceipt(service.receipts, people.clerk, other.id));
  pdf = await receiptPdf(service.receipts, stored);
  [code = ''] = (await readPdfPage(pdf, 4)).codes;
  bundle = await service.trustParts.publishBundle();
  writeFileSync(path('roots.pem'), service.pki.rootsPem);
  for (const [name, content] of Object.entries({ jws, file, pdf, bundle, code })) {
    writeFileSync(path(name), content);
  }
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await city.remove();
});

async function verifyHere(evidence: Evidence): Promise<Report> {
  const request = { evidence, language: 'en', context: PUBLIC_USE } as const;
  return await verify(city.service.verification, request);
}

/** Null: not even readable. */
function judge(bytes: Uint8Array): Report | null {
  try {
    const time = verificationTime(systemClock, {});
    const brought = { trust, codeSigners: [] };
    return verifyOffline(detectEvidence(bytes), brought, { time, language: 'en' });
  } catch (error) {
    if (error instanceof ServiceError) return null;
    throw error;
  }
}
const judgeText = (text: string): Report | null => judge(Buffer.from(text, 'utf8'));

describe('the PDF', () => {
  it('shows who looked at what, for what, and carries the file', async () => {
    const { text, title } = await readPdfPage(pdf);
    const attached = verifyPdf(pdf, { trust, at: new Date() }).metadata;

    expect(title).toBe('免证明回执');
    for (const said of [id, '王窗口', 'CASE-7', '第四十条', TEST_PURPOSE, ...identifiers]) {
      expect(text).toContain(said);
    }
    for (const said of [TEST_MATTER.name, '经营场所', '持证人名称', 'was in force', 'W01']) {
      expect(text).toContain(said);
    }
    expect(attached).toMatchObject({ name: 'receipt.json', mediaType: 'application/json' });
    expect(Buffer.from(attached!.bytes).toString('utf8')).toBe(file);
  });

  it('bears a code that can be read off it and names the receipt', async () => {
    expect(parseReceiptCode(code).claims).toMatchObject({
      ...{ receiptId: id, issuer: TEST_ORGANISATIONS.hall.creditCode, matter: TEST_MATTER.code },
      ...{ furtherLicences: 0 },
      licences: identifiers.map((identifier) => ({ identifier, indication: 'TOTAL-PASSED' })),
    });
    expect(await verifyHere({ kind: 'code', text: code })).toMatchObject({
      ...{ indication: 'TOTAL-PASSED', subject: { kind: 'receipt', identifier: id } },
      statement: expect.stringContaining('was in force'),
    });
  });

  it('passes where it was made, and is made once', async () => {
    const { receipts } = city.service;
    const stored = await findReceipt(receipts, city.people.clerk, id);

    expect(await verifyHere({ kind: 'file', bytes: pdf })).toMatchObject({
      ...{ indication: 'TOTAL-PASSED', subject: { kind: 'receipt', identifier: id } },
    });
    expect(Buffer.from(await receiptPdf(receipts, stored)).equals(pdf)).toBe(true);
  });

  it('is not made without a seal', async () => {
    const { store } = city.service;
    const receipts = { ...city.service.receipts, store: { ...store, seals: { ...store.seals } } };
    receipts.store.seals.list = () => Promise.resolve({ items: [], nextCursor: null });
    const stored = { ...(await findReceipt(receipts, city.people.clerk, id)), pdfSignature: null };

    await expect(receiptPdf(receipts, stored)).rejects.toMatchObject({ code: 'SEAL_NOT_FOUND' });
  });
});

describe('tampered with', () => {
  it.each([
    ['the file', () => Buffer.from(file, 'utf8'), 60],
    ['the JWS', () => Buffer.from(jws, 'latin1'), 60],
    ['the PDF', () => Buffer.from(pdf), 25],
  ] as const)('%s never passes', (_, original, numRuns) => {
    const bytes = original();
    expect(judge(bytes)?.indication).toBe('TOTAL-PASSED');
    fc.assert(
      fc.property(mutations, (changes) => {
        const changed = mutate(bytes, changes);
        return isSame(bytes, changed) || judge(changed)?.indication !== 'TOTAL-PASSED';
      }),
      { numRuns },
    );
  });

  it.each([
    ['the file', () => Buffer.from(file, 'utf8'), 61],
    ['the JWS', () => Buffer.from(jws, 'latin1'), 7],
    ['the PDF', () => Buffer.from(pdf), 997],
  ] as const)('%s passes with no bit changed', (_, original, step) => {
    const bytes = Uint8Array.from(original());
    const passed = [];
    for (let place = 0; place < bytes.length; place += step) {
      const bit = 1 << (place % 8);
      bytes[place]! ^= bit;
      if (judge(bytes)?.indication === 'TOTAL-PASSED') passed.push(place);
      bytes[place]! ^= bit;
    }

    expect(passed).toEqual([]);
  });

  interface FileParts {
    receipt: string;
    proofs: LedgerProof[] | null;
    timeStamp: string | null;
  }
  const change = (edit: (parts: FileParts) => void): string => {
    const parts = JSON.parse(file) as FileParts;
    edit(parts);
    return JSON.stringify(parts);
  };
  const otherParts = (): FileParts => JSON.parse(otherFile) as FileParts;

  it.each<[string, (parts: FileParts) => void, string]>([
    [
      'the proofs of another receipt',
      (parts) => (parts.proofs = otherParts().proofs),
      'PROOF_FAILURE',
    ],
    ['proofs in another order', (parts) => parts.proofs?.reverse(), 'PROOF_FAILURE'],
    ['a proof too few', (parts) => parts.proofs?.pop(), 'PROOF_FAILURE'],
    ['another’s time-stamp', (parts) => (parts.timeStamp = otherParts().timeStamp), 'HASH_FAILURE'],
    [
      'another purpose in the record',
      ({ proofs }) => {
        (proofs![0]!.usage!.record as Record<string, unknown>)['purpose'] = 'another';
      },
      'PROOF_FAILURE',
    ],
  ])('with %s it fails', (_, edit, reason) => {
    expect(judgeText(change(edit))).toMatchObject({
      ...{ indication: 'TOTAL-FAILED', subIndication: reason },
    });
  });

  it('with a member that stands twice it is no receipt', () => {
    const twice = file.replace('"timeStamp":', '"receipt":"x","timeStamp":');

    expect(judgeText(twice)).toBeNull();
  });

  it('with one digit of its code changed the code fails', async () => {
    const digit = code.at(-30)!;
    const text = code.slice(0, -30) + String((Number(digit) + 1) % 10) + code.slice(-29);
    const report = await verifyHere({ kind: 'code', text }).catch(() => null);

    expect(report?.indication).not.toBe('TOTAL-PASSED');
  });
});

describe('with the service gone', () => {
  beforeAll(async () => {
    await city.stop();
  });

  it.each(['file', 'jws', 'pdf'])('%s passes under the city’s roots alone', async (name) => {
    const { exit, out } = await runYinxin(['verify', path(name), '--trust', path('roots.pem')]);

    expect(out).toContain('Genuine receipt of');
    expect(exit).toBe(0);
  });

  it.each(['file', 'jws', 'pdf', 'code'])('%s passes with a trust bundle', async (name) => {
    const trusted = ['--trust', path('roots.pem'), '--bundle', path('bundle')];

    expect(await runYinxin(['verify', path(name), ...trusted])).toMatchObject({ exit: 0 });
  });

  it('nothing can be told without roots', async () => {
    const { exit, out } = await runYinxin(['verify', path('file'), '--json']);

    expect(exit).toBe(3);
    expect(JSON.parse(out)).toMatchObject({ subIndication: 'NO_TRUST' });
  });

  it.each(['file', 'code', 'pdf'])('what is inside %s can be looked at', async (name) => {
    const { exit, out } = await runYinxin(['inspect', path(name), '--json']);

    expect(exit).toBe(0);
    expect(out).toContain(id);
  });
});

/** White space and the order of members are no part of a file. */
function isSame(original: Uint8Array, changed: Uint8Array): boolean {
  if (Buffer.compare(original, changed) === 0) return true;
  try {
    const [one, other] = [original, changed].map((bytes) => Buffer.from(bytes).toString('utf8'));
    if (one!.trim() === other!.trim()) return true;
    return canonicalise(JSON.parse(one!)) === canonicalise(JSON.parse(other!));
  } catch {
    return false;
  }
}
