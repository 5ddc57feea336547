/** What you see is what is sealed: files that show something else than what was issued, each by its own reason. */
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { AFRelationship, PDFDocument, rgb } from '@cantoo/pdf-lib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Check, Report } from '../../../../service/src/report.ts';
import type { Licence } from '../../../../service/src/store/store.ts';
import { PUBLIC_USE } from '../../../../service/src/usage/recordUse.ts';
import { verify } from '../../../../service/src/verification/verifier.ts';
import { repack, unpack } from '../../../support/repack.ts';
import { readPdfPage } from '../../../support/readPdf.ts';
import {
  testService,
  TEST_COMPANY,
  TEST_TYPES,
  type TestService,
} from '../../../support/testService.ts';

const POINTS_PER_MM = 72 / 25.4;
const A4 = [595.28, 841.89] as const;

let city: TestService;
let licence: Licence;
let pdf: Uint8Array;

const fileOf = async ({ identifier }: Licence): Promise<Uint8Array> =>
  (await city.service.store.licences.file(identifier, 'pdf')) ?? new Uint8Array();

beforeAll(async () => {
  city = await testService();
  licence = await city.issue({ typeCode: TEST_TYPES.dual });
  pdf = await fileOf(licence);
});
afterAll(async () => {
  await city.remove();
});

const report = async (bytes: Uint8Array): Promise<Report> =>
  await verify(city.service.verification, {
    evidence: { kind: 'file', bytes },
    language: 'zh-CN',
    context: PUBLIC_USE,
  });
const verdict = async (bytes: Uint8Array): Promise<string | null> =>
  (await report(bytes)).subIndication;

const visibleOf = (checks: readonly Check[]): readonly string[] =>
  checks
    .filter(({ name }) => name.startsWith('visible.'))
    .map(({ name, indication }) => `${name} ${indication}`);

/** The issued page on a page of a new, unsigned document: what a forger begins with. */
async function copyOf(source: Uint8Array): Promise<PDFDocument> {
  const copy = await PDFDocument.create();
  const [page] = await copy.embedPdf(source);
  if (page === undefined) throw new Error('no page');
  copy.addPage([...A4]).drawPage(page);
  return copy;
}

const millimetres = (value: number): number => value * POINTS_PER_MM;

/** A piece of the drawn page as PNG. */
async function cutOut(
  source: Uint8Array,
  box: Readonly<{ x: number; y: number; width: number; height: number }>,
): Promise<Uint8Array> {
  const scale = 3;
  const drawn = await loadImage((await readPdfPage(source, scale)).png);
  const pixels = (value: number): number => Math.round(millimetres(value) * scale);
  const canvas = createCanvas(pixels(box.width), pixels(box.height));
  canvas.getContext('2d').drawImage(drawn, -pixels(box.x), -pixels(box.y));
  return new Uint8Array(await canvas.encode('png'));
}

async function paste(
  document: PDFDocument,
  png: Uint8Array,
  box: Readonly<{ x: number; y: number; width: number; height: number }>,
): Promise<void> {
  document.getPage(0).drawImage(await document.embedPng(png), {
    x: millimetres(box.x),
    y: A4[1] - millimetres(box.y + box.height),
    width: millimetres(box.width),
    height: millimetres(box.height),
  });
}

/** Where the layout puts them, with some white around. */
const QR = { x: 20, y: 220, width: 60, height: 50 };
const SEAL = { x: 120, y: 227, width: 48, height: 48 };

describe('a file that is not the one issued', () => {
  it('is only unsigned where it shows just what was issued', async () => {
    const copy = await (await copyOf(pdf)).save();

    const { subIndication, checks, subject } = await report(copy);

    expect(visibleOf(checks)).toEqual([
      'visible.code TOTAL-PASSED',
      'visible.text TOTAL-PASSED',
      'visible.picture TOTAL-PASSED',
    ]);
    expect(subIndication).toBe('NOT_SIGNED');
    expect(subject).toEqual({ kind: 'licence', identifier: licence.identifier });
  });

  it('with an edited field beside the intact code: TEXT_MISMATCH', async () => {
    const copy = await copyOf(pdf);
    copy.getPage(0).drawText('Seats 400', { x: 100, y: 500, size: 12 });

    const { subIndication, checks } = await report(await copy.save());

    expect(subIndication).toBe('TEXT_MISMATCH');
    expect(checks.find(({ name }) => name === 'visible.text')?.detail).toContain('“Seats 400”');
  });

  it('with a field covered and drawn over: TEXT_MISMATCH', async () => {
    const copy = await copyOf(pdf);
    copy.getPage(0).drawRectangle({ x: 120, y: 480, width: 300, height: 60, color: rgb(0, 0, 0) });

    expect(await verdict(await copy.save())).toBe('TEXT_MISMATCH');
  });

  it('with the code of another licence: CODE_MISMATCH', async () => {
    const other = await city.issue({ typeCode: TEST_TYPES.dual, holder: TEST_COMPANY });
    const copy = await copyOf(pdf);
    await paste(copy, await cutOut(await fileOf(other), QR), QR);

    expect(await verdict(await copy.save())).toBe('CODE_MISMATCH');
  });

  it('with a genuine seal’s picture on another document: SEAL_PICTURE_COPIED', async () => {
    const letter = await PDFDocument.create();
    letter.addPage([...A4]).drawText('Certificate of good standing', { x: 100, y: 700, size: 18 });
    await paste(letter, await cutOut(pdf, SEAL), { ...SEAL, y: 150 });

    expect(await verdict(await letter.save())).toBe('SEAL_PICTURE_COPIED');
  });

  it('with the issued page and its seal, but unsigned: SEAL_PICTURE_COPIED', async () => {
    const copy = await copyOf(pdf);
    await paste(copy, await cutOut(pdf, SEAL), SEAL);

    expect(await verdict(await copy.save())).toBe('SEAL_PICTURE_COPIED');
  });

  it('with metadata of another licence: METADATA_MISMATCH', async () => {
    const copy = await copyOf(pdf);
    const content = { identifier: licence.identifier, holder: { name: '李四' } };
    await copy.attach(Buffer.from(JSON.stringify(content)), 'licence.json', {
      mimeType: 'application/json',
      afRelationship: AFRelationship.Data,
    });

    expect(await verdict(await copy.save())).toBe('METADATA_MISMATCH');
  });

  it('is looked at in vain where nothing of ours is on it', async () => {
    const letter = await PDFDocument.create();
    letter.addPage([...A4]).drawText('A letter', { x: 100, y: 700, size: 18 });

    expect(await verdict(await letter.save())).toBe('NOT_SIGNED');
  });
});

describe('an OFD that is not the one issued', () => {
  const ofdOf = async ({ identifier }: Licence): Promise<Uint8Array> =>
    (await city.service.store.licences.file(identifier, 'ofd')) ?? new Uint8Array();
  const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('utf8');

  /** Without its signatures, and with parts changed. */
  async function unsigned(
    source: Licence,
    edits: Readonly<Record<string, (xml: string) => string>> = {},
  ): Promise<Uint8Array> {
    const archive = await ofdOf(source);
    const parts = unpack(archive);
    const signs = [...parts.keys()].filter((name) => name.includes('/Signs/'));
    const unlist = (xml: string): string =>
      xml.replace(/<ofd:Signatures>.*?<\/ofd:Signatures>/u, '');
    const changed = { 'OFD.xml': (xml: string) => xml, ...edits };
    return repack(archive, {
      ...Object.fromEntries(signs.map((name) => [name, null])),
      ...Object.fromEntries(
        Object.entries(changed).map(([name, change]) => [
          name,
          Buffer.from(unlist(change(text(parts.get(name))))),
        ]),
      ),
    });
  }
  const PAGE = 'Doc_0/Pages/Page_0/Content.xml';
  const QR_PATH = /<ofd:PathObject[^>]*CTM="[^"]*"[^>]*>.*?<\/ofd:PathObject>/u;

  it('is only unsigned where it shows just what was issued', async () => {
    const { subIndication, checks } = await report(await unsigned(licence));

    expect(visibleOf(checks)).toEqual([
      'visible.code TOTAL-PASSED',
      'visible.text TOTAL-PASSED',
      'visible.picture TOTAL-PASSED',
      'visible.metadata TOTAL-PASSED',
    ]);
    expect(subIndication).toBe('NOT_SIGNED');
  });

  it('with an edited field beside the intact code: TEXT_MISMATCH', async () => {
    const forged = await unsigned(licence, {
      [PAGE]: (xml) => xml.replace('中山路1号', '中山路7号'),
    });

    expect(await verdict(forged)).toBe('TEXT_MISMATCH');
  });

  it('with the code of another licence: CODE_MISMATCH', async () => {
    const other = await city.issue({ typeCode: TEST_TYPES.dual, holder: TEST_COMPANY });
    const [alien = ''] = QR_PATH.exec(text(unpack(await ofdOf(other)).get(PAGE))) ?? [];
    const forged = await unsigned(licence, { [PAGE]: (xml) => xml.replace(QR_PATH, alien) });

    expect(await verdict(forged)).toBe('CODE_MISMATCH');
  });

  it('with metadata of another holder: METADATA_MISMATCH', async () => {
    const forged = await unsigned(licence, {
      'OFD.xml': (xml) => xml.replaceAll(licence.holder?.name ?? '', '李四'),
    });

    expect(await verdict(forged)).toBe('METADATA_MISMATCH');
  });
});
