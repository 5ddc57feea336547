import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AnnotatedCopy, CopyOrder } from '../../../service/src/copies/annotatedCopy.ts';
import { makeAnnotatedCopy } from '../../../service/src/copies/makeAnnotatedCopy.ts';
import {
  COPY_ATTACHMENT,
  COPY_DATUM,
  encodeCopyRecord,
  readCopyRecord,
  type CopyRecord,
} from '../../../service/src/documents/copyRecord.ts';
import { layoutCopy } from '../../../service/src/documents/copyLayout.ts';
import { verifyOfd } from '../../../service/src/documents/ofd/verifyOfd.ts';
import { writeOfd } from '../../../service/src/documents/ofd/writeOfd.ts';
import { actOnLicence } from '../../../service/src/licences/actOnLicence.ts';
import { NO_TRUST_STORE } from '../../../service/src/pki/trustStore.ts';
import type { Report } from '../../../service/src/report.ts';
import { actOnSeal } from '../../../service/src/seals/actOnSeal.ts';
import { sealDocument } from '../../../service/src/seals/sealDocument.ts';
import type { Licence } from '../../../service/src/store/store.ts';
import { PUBLIC_USE } from '../../../service/src/usage/recordUse.ts';
import { verify } from '../../../service/src/verification/verifier.ts';
import {
  addServiceSeal,
  buildCopyOrder,
  copyParts,
  TEST_MATTER,
  TEST_PURPOSE,
} from '../../support/copyCity.ts';
import { repack, turnBit, unpack } from '../../support/repack.ts';
import { addAccount } from '../../support/testAccounts.ts';
import { testClock } from '../../support/testClock.ts';
import { TEST_ORGANISATIONS, TEST_TYPES, testService } from '../../support/testService.ts';
import type { TestService } from '../../support/testService.ts';

const START = '2026-11-22T02:00:00.000Z';
const DAY_MS = 86_400_000;
const PAGE = 'Doc_0/Pages/Page_0/Content.xml';
const clock = testClock(START);
let city: TestService;
let esId: string;
let licence: Licence;
let ofd: AnnotatedCopy;
let pdf: AnnotatedCopy;

beforeAll(async () => {
  city = await testService({ clock });
  esId = await addServiceSeal(city);
  licence = await city.issue({ typeCode: TEST_TYPES.dual });
  [ofd, pdf] = [await make(), await make({ format: 'pdf' })];
});

afterAll(async () => {
  await city.remove();
});

async function make(overrides: Partial<CopyOrder> = {}, of = licence): Promise<AnnotatedCopy> {
  return await makeAnnotatedCopy(copyParts(city.service), buildCopyOrder(city, of, overrides));
}

async function judge(bytes: Uint8Array, purpose?: string, at?: Date): Promise<Report> {
  const evidence = { kind: 'file', bytes, purpose } as const;
  return await verify(city.service.verification, {
    ...{ evidence, at, language: 'en', context: PUBLIC_USE },
  });
}

function recordIn(bytes: Uint8Array): CopyRecord {
  const { metadata } = verifyOfd(bytes, { trust: NO_TRUST_STORE, at: clock.now() });
  const text = metadata.find(({ name }) => name === COPY_DATUM)!.value;
  return readCopyRecord(text)!.record!;
}

/** Replaces text in one part of an OFD. */
function edit(bytes: Uint8Array, part: string, from: string | RegExp, to: string): Uint8Array {
  const text = Buffer.from(unpack(bytes).get(part)!).toString('utf8');
  const changed = text.replaceAll(from, to);
  expect(changed).not.toBe(text);
  return repack(bytes, { [part]: Buffer.from(changed, 'utf8') });
}

describe('an annotated copy', () => {
  it.each(['ofd', 'pdf'] as const)(
    'is verified with everything it rests on (%s)',
    async (format) => {
      const { id, bytes } = format === 'ofd' ? ofd : pdf;
      const report = await judge(bytes, TEST_PURPOSE);
      expect(report).toMatchObject({
        indication: 'TOTAL-PASSED',
        subject: { kind: 'annotated-copy', identifier: id },
      });
      expect(report.checks.map(({ name }) => name)).toEqual(
        expect.arrayContaining([
          ...['sealSignature.recorded', 'seal.state', 'copy.act', 'copy.maker', 'copy.page'],
          ...['copy.original', 'licence.state', 'licence.seal', 'copy.validUntil', 'copy.purpose'],
        ]),
      );
    },
  );

  it('bears no code of the licence and no metadata by which files are taken for licences', () => {
    const text = Buffer.from(unpack(ofd.bytes).get('OFD.xml')!).toString('utf8');
    expect(text).not.toContain('ZZBS');
    expect(Buffer.from(unpack(ofd.bytes).get(PAGE)!).toString('utf8')).not.toContain('扫码验证');
  });

  it.each([
    ['matter code', TEST_MATTER.code, 'TOTAL-PASSED', null],
    ['other blanks', ` ${TEST_PURPOSE} `, 'TOTAL-PASSED', null],
    ['another purpose', '贷款', 'TOTAL-FAILED', 'COPY_EXPIRED'],
  ] as const)(
    'is good for its own purpose only: %s',
    async (_, purpose, indication, subIndication) => {
      expect(await judge(ofd.bytes, purpose)).toMatchObject({ indication, subIndication });
    },
  );

  it('ends', async () => {
    clock.set(new Date(ofd.validUntil.getTime() + 1000));
    const [late, before] = [
      await judge(ofd.bytes),
      await judge(ofd.bytes, undefined, new Date(START)),
    ];
    clock.set(START);
    expect(late).toMatchObject({ indication: 'TOTAL-FAILED', subIndication: 'COPY_EXPIRED' });
    expect(before.indication).toBe('TOTAL-PASSED');
  });

  it('never outlives the licence', async () => {
    const validUntil = new Date(clock.now().getTime() + DAY_MS);
    const short = await city.issue({ typeCode: TEST_TYPES.dual, validUntil });
    expect((await make({}, short)).validUntil).toEqual(validUntil);
  });

  it('fails with its licence', async () => {
    const other = await city.issue({ typeCode: TEST_TYPES.dual });
    const copy = await make({}, other);
    await actOnLicence(city.service.licences, city.people.maker, other.identifier, {
      ...{ name: 'revoke', reason: 'penalty', effectiveFrom: null },
    });
    expect(await judge(copy.bytes)).toMatchObject({
      ...{ indication: 'TOTAL-FAILED', subIndication: 'LICENCE_REVOKED' },
    });
  });
});

describe('a changed copy', () => {
  it.each<[string, (bytes: Uint8Array) => Uint8Array]>([
    ['band edited', (bytes) => edit(bytes, PAGE, '仅供“食品', '供给“食品')],
    [
      'watermark taken out',
      (bytes) => edit(bytes, PAGE, /<ofd:TextObject[^>]*Alpha.*?<\/ofd:TextObject>/gu, ''),
    ],
    ['purpose swapped', (bytes) => edit(bytes, 'OFD.xml', TEST_PURPOSE, '申请银行贷款等用途')],
    [
      'end put off',
      (bytes) =>
        edit(bytes, 'OFD.xml', 'validUntil&quot;:&quot;2026', 'validUntil&quot;:&quot;2036'),
    ],
    [
      'attached record put off',
      (bytes) =>
        edit(bytes, `Doc_0/Attachs/${COPY_ATTACHMENT}`, '"validUntil":"2026', '"validUntil":"2036'),
    ],
    [
      'metadata taken out',
      (bytes) => edit(bytes, 'OFD.xml', /<ofd:CustomDatas>.*<\/ofd:CustomDatas>/gu, ''),
    ],
    [
      'seal taken off',
      (bytes) => edit(bytes, 'OFD.xml', /<ofd:Signatures>.*<\/ofd:Signatures>/gu, ''),
    ],
  ])('does not pass as OFD: %s', async (_, change) => {
    expect((await judge(change(ofd.bytes))).indication).not.toBe('TOTAL-PASSED');
  });

  it.each<[string, string, number]>([
    ['its record', '/EmbeddedFile', 120],
    ['the watermark’s strength', '/ca 0.28', 6],
    ['the page’s size', '/MediaBox[0 0 5', 14],
  ])('does not pass as PDF: %s', async (_, near, offset) => {
    const place = Buffer.from(pdf.bytes).indexOf(near) + offset;
    expect(place).toBeGreaterThan(offset);
    expect((await judge(turnBit(pdf.bytes, place))).indication).not.toBe('TOTAL-PASSED');
  });

  it('does not pass with content appended', async () => {
    const bytes = Buffer.concat([pdf.bytes, Buffer.from('\n% more\n')]);
    expect((await judge(new Uint8Array(bytes))).indication).toBe('TOTAL-FAILED');
  });
});

describe('a copy that nobody made here', () => {
  /** The page of a copy, not sealed. */
  function page(record: CopyRecord, shown = record): Uint8Array {
    const { drawing } = layoutCopy({
      layout: {
        type: { name: '食品经营许可证', layout: {} },
        licence: {
          ...{ identifier: licence.identifier, serial: 'X', fields: { premises: '别处' } },
          ...{ holder: { name: '某人', code: 'X' }, issuer: { name: '某局' } },
          ...{ validFrom: licence.validFrom, validUntil: null, issuedOn: clock.now() },
        },
      },
      record: shown,
      seal: { widthMm: 42, heightMm: 42 },
    });
    return writeOfd({
      ...{ pages: [drawing], title: '加注件', author: '', createdAt: clock.now() },
      metadata: [{ name: COPY_DATUM, value: encodeCopyRecord(record) }],
      attachments: [],
    });
  }

  async function sealByHand(bytes: Uint8Array): Promise<Uint8Array> {
    const role = { role: 'issuer', organisation: TEST_ORGANISATIONS.hall.creditCode } as const;
    const insider = await addAccount(city, `insider${Math.random()}`, { roles: [role] });
    const sealed = await sealDocument(city.service.seals, insider.principal, {
      ...{ bytes, esId, page: 1, xMm: 150, yMm: 250 },
    });
    return sealed.bytes;
  }

  it('does not pass though the right seal sealed it', async () => {
    const report = await judge(await sealByHand(page(recordIn(ofd.bytes))));
    expect(report).toMatchObject({
      ...{ indication: 'TOTAL-FAILED', subIndication: 'METADATA_MISMATCH' },
      subject: { kind: 'annotated-copy' },
    });
    expect(report.checks).toContainEqual(
      expect.objectContaining({ name: 'copy.act', indication: 'TOTAL-FAILED' }),
    );
  });

  it('does not pass where the page says something else than what is attached', async () => {
    const record = recordIn(ofd.bytes);
    const bytes = page(record, { ...record, purpose: '贷款' });
    const { checks } = await judge(await sealByHand(bytes));
    expect(checks).toContainEqual(
      expect.objectContaining({ name: 'copy.page', subIndication: 'METADATA_MISMATCH' }),
    );
  });

  it('does not pass without a seal', async () => {
    expect((await judge(page(recordIn(ofd.bytes)))).indication).not.toBe('TOTAL-PASSED');
  });

  it('does not pass where its record cannot be read', async () => {
    const record = { ...recordIn(ofd.bytes), licence: 'none' };
    const report = await judge(await sealByHand(page(record)));
    expect(report).toMatchObject({
      ...{ indication: 'TOTAL-FAILED', subIndication: 'METADATA_MISMATCH' },
      subject: { kind: 'annotated-copy' },
    });
  });

  it('is made of no licence by an unfit seal', async () => {
    const { service, people } = city;
    await actOnSeal(service.seals, people.sealMaker, esId, {
      name: 'suspend',
      reason: 'other',
      effectiveFrom: null,
    });
    await expect(make()).rejects.toMatchObject({ code: 'SEAL_NOT_FOUND' });
    await actOnSeal(service.seals, people.sealMaker, esId, {
      name: 'reinstate',
      reason: 'other',
      effectiveFrom: null,
    });
    expect((await judge(ofd.bytes)).indication).toBe('TOTAL-PASSED');
  });
});
