import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { statePlaces, type DocumentFormat } from '@yinxin/chaincode/model';
import { sha256Hex } from '../../../service/src/documents/digest.ts';
import { verifyOfd } from '../../../service/src/documents/ofd/verifyOfd.ts';
import { writeOfd } from '../../../service/src/documents/ofd/writeOfd.ts';
import { conclude } from '../../../service/src/report.ts';
import { sealDocument } from '../../../service/src/seals/sealDocument.ts';
import { verifyFile } from '../../../service/src/verification/verifyFile.ts';
import { verificationTime } from '../../../service/src/verification/parts.ts';
import { actOnLicence } from '../../../service/src/licences/actOnLicence.ts';
import { foreignPdf } from '../../support/foreignPdf.ts';
import { testClock, type TestClock } from '../../support/testClock.ts';
import { TEST_TYPES, testService, type TestService } from '../../support/testService.ts';
import { testTsa, type TestTsa } from '../../support/testTsa.ts';

const FORMATS = ['ofd', 'pdf'] as const;
const MINUTE_MS = 60_000;

let clock: TestClock;
let tsa: TestTsa;
let city: TestService;
beforeAll(async () => {
  clock = testClock('2026-06-01T08:00:00Z');
  tsa = await testTsa(clock);
  city = await testService({
    clock,
    config: { timeStamping: tsa.url, timeStampRootsFile: tsa.rootsFile },
  });
});
afterAll(async () => {
  await city.remove();
  await tsa.close();
});

const goDown = (): void => {
  tsa.answer = () => Promise.resolve({ status: 503, body: new Uint8Array() });
};
const comeBack = (): void => {
  tsa.answer = null;
  clock.advance(MINUTE_MS); // nobody asks for a while after a failure
};

async function verdict(bytes: Uint8Array): Promise<unknown> {
  const { verification } = city.service;
  const { checks } = await verifyFile(verification, bytes, verificationTime(clock, {}));
  const { indication, subIndication } = conclude(checks);
  return subIndication ?? indication;
}

async function fileOf(identifier: string, format: DocumentFormat): Promise<Uint8Array> {
  return (await city.service.store.licences.file(identifier, format))!;
}

const ofd = (): Uint8Array =>
  writeOfd({
    pages: [{ widthMm: 210, heightMm: 297, items: [] }],
    ...{ title: '', author: '', createdAt: clock.now(), metadata: [], attachments: [] },
  });

describe('a licence issued while the authority is in reach', () => {
  it('is stamped by it', async () => {
    const { identifier, documents } = await city.issue({ typeCode: TEST_TYPES.dual });

    expect(documents.map(({ timeStamp }) => timeStamp)).toStrictEqual(['stamped', 'stamped']);
    const bytes = await fileOf(identifier, 'ofd');
    const { seals } = verifyOfd(bytes, { trust: city.service.trust.own, at: clock.now() });
    expect(seals[0]?.checks.map(({ name }) => name)).toContain('signature.timeStamp');
    for (const format of FORMATS)
      expect(await verdict(await fileOf(identifier, format))).toBe('TOTAL-PASSED');
    expect(await city.service.stampPending()).toBe(0);
  });
});

describe('a licence issued while no authority is in reach', () => {
  it('is pending, and stamped as soon as there is one', async () => {
    goDown();
    const { identifier, documents } = await city.issue({ typeCode: TEST_TYPES.dual });
    const earlier = await Promise.all(FORMATS.map((format) => fileOf(identifier, format)));
    expect(documents.map(({ timeStamp }) => timeStamp)).toStrictEqual(['pending', 'pending']);
    for (const bytes of earlier) expect(await verdict(bytes)).toBe('TOTAL-PASSED');

    expect(await city.service.stampPending()).toBe(0);
    comeBack();
    expect(await city.service.stampPending()).toBe(2);

    const { ledger, store } = city.service;
    const facts = await store.licences.facts(identifier);
    const { values } = await ledger.readStates([
      statePlaces.licenceVersion(facts!.base, facts!.version),
    ]);
    for (const [index, format] of FORMATS.entries()) {
      const bytes = await fileOf(identifier, format);
      const document = facts?.documents.find((one) => one.format === format);
      expect(document).toMatchObject({ sha256: sha256Hex(bytes), timeStamp: 'stamped' });
      expect(values[0]).toMatchObject({
        documents: expect.arrayContaining([expect.objectContaining({ sha256: sha256Hex(bytes) })]),
      });
      expect(sha256Hex(bytes)).not.toBe(sha256Hex(earlier[index]!));
      expect(await verdict(bytes)).toBe('TOTAL-PASSED');
      expect(await verdict(earlier[index]!)).toBe('TOTAL-PASSED');
    }
    expect(await city.service.stampPending()).toBe(0);
  });

  it('stays without a time-stamp where the ledger takes no new file any more', async () => {
    goDown();
    const { identifier } = await city.issue();
    await actOnLicence(city.service.licences, city.people.maker, identifier, {
      ...{ name: 'revoke', reason: 'error', effectiveFrom: null },
    });
    comeBack();

    expect(await city.service.stampPending()).toBe(0);

    const facts = await city.service.store.licences.facts(identifier);
    expect(facts?.documents[0]?.timeStamp).toBe('none');
    expect(await city.service.store.timeStamps.due(clock.now(), 10)).toStrictEqual([]);
  });
});

describe('a document sealed while no authority is in reach', () => {
  it.each(FORMATS)('is made up for: %s', async (format) => {
    goDown();
    const sealed = await sealDocument(city.service.seals, city.people.maker, {
      ...{ esId: city.esId, page: 1, xMm: 30, yMm: 40 },
      bytes: format === 'ofd' ? ofd() : await foreignPdf(),
    });
    const { id } = sealed.signature;
    expect(sealed.signature.timeStamp).toBe('pending');
    expect(await verdict(sealed.bytes)).toBe('TOTAL-PASSED');

    comeBack();
    expect(await city.service.stampPending()).toBe(1);

    const { store } = city.service;
    const bytes = (await store.seals.signatureFile(id))!;
    expect(await store.seals.findSignature(id)).toMatchObject({
      timeStamp: 'stamped',
      document: { sha256: sha256Hex(bytes) },
    });
    for (const one of [bytes, sealed.bytes]) expect(await verdict(one)).toBe('TOTAL-PASSED');
  });
});
