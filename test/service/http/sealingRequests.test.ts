import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Drawing } from '../../../service/src/documents/drawing.ts';
import { writeOfd } from '../../../service/src/documents/ofd/writeOfd.ts';
import { threadedReader } from '../../../service/src/documents/visible/threadedReader.ts';
import { writePdf } from '../../../service/src/documents/pdf/writePdf.ts';
import { foreignPdf } from '../../support/foreignPdf.ts';
import { buildPdfContent } from '../../support/pdfSamples.ts';
import { formOf, testApp, type TestAnswer, type TestApp } from '../../support/testApp.ts';
import { TEST_ORGANISATIONS } from '../../support/testService.ts';

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
afterAll(async () => {
  await app.remove();
});

const page = (text: string): Drawing => ({
  ...{ widthMm: 210, heightMm: 297 },
  items: [{ kind: 'text', text, xMm: 40, yMm: 100, sizeMm: 5, colour: '#000000' }],
});

const ofd = (pages = 3): Uint8Array<ArrayBuffer> =>
  new Uint8Array(
    writeOfd({
      pages: Array.from({ length: pages }, (_, index) => page(`第${index + 1}页 （盖章处）`)),
      ...{ title: '', author: '', createdAt: new Date(), metadata: [], attachments: [] },
    }),
  );

const pdf = (pages = 3): Uint8Array<ArrayBuffer> =>
  new Uint8Array(
    writePdf(
      buildPdfContent({
        pages: Array.from({ length: pages }, (_, index) => page(`第${index + 1}页 （盖章处）`)),
      }),
    ),
  );

const seal = (
  file: Uint8Array<ArrayBuffer>,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<TestAnswer> =>
  app.send('POST', '/seal-signatures', {
    ...{ as: 'maker', form: formOf(file, { esId: app.city.esId, ...fields }), headers },
  });

const verdict = async (bytes: Uint8Array): Promise<string> => {
  const { body } = await app.send('POST', '/verifications', {
    form: formOf(new Uint8Array(bytes)),
  });
  return [body.indication, body.subIndication ?? ''].join(' ').trim();
};

const newSeal = async (mandate: object = {}): Promise<string> => {
  const json = {
    ...{ holder: TEST_ORGANISATIONS.market, kind: 'official', name: '公章' },
    ...{ validFrom: '2026-01-01', validUntil: '2030-12-31' },
  };
  const { esId } = (await app.send('POST', '/seals', { as: 'sealMaker', json })).body;
  await app.send('PUT', `/seals/${esId}/mandate`, { as: 'sealMaker', json: mandate });
  return esId;
};

describe('POST /seal-signatures', () => {
  it.each<[string, Record<string, string>]>([
    ['over a keyword', { keyword: '盖章处' }],
    ['over its third occurrence', { keyword: '（盖章处）', occurrence: '3' }],
    ['over page edges', { straddle: 'right' }],
    ['at a point and over page edges at once', { page: '1', x: '20', y: '20', straddle: 'left' }],
    ['as the last one', { page: '3', x: '100', y: '200', closing: 'true' }],
    ['without a time-stamp', { page: '1', x: '30', y: '40', level: 'B' }],
  ])('seals an OFD %s', async (_, fields) => {
    const { status, bytes } = await seal(ofd(), fields);

    expect([status, await verdict(bytes)]).toEqual([201, 'TOTAL-PASSED']);
  });

  it.each<[string, Record<string, string>]>([
    ['over a keyword', { keyword: '盖章处' }],
    ['over its third occurrence', { keyword: '（盖章处）', occurrence: '3' }],
    ['over page edges', { straddle: 'right' }],
    ['over lower page edges, further left', { straddle: 'bottom', straddleOffset: '20' }],
    ['at a point and over page edges at once', { page: '1', x: '20', y: '20', straddle: 'left' }],
    ['over a keyword and page edges at once', { keyword: '盖章处', straddle: 'right' }],
    ['at level LT', { keyword: '盖章处', straddle: 'right', level: 'LT' }],
    ['without a time-stamp', { page: '1', x: '30', y: '40', level: 'B' }],
  ])('seals a PDF %s', async (_, fields) => {
    const { status, bytes } = await seal(pdf(), fields);

    expect([status, await verdict(bytes)]).toEqual([201, 'TOTAL-PASSED']);
  });

  it('puts a seal’s middle over that of the keyword', async () => {
    const { bytes } = await seal(pdf(), { keyword: '盖章处', occurrence: '2', level: 'B' });

    const reader = threadedReader();
    const seen = await reader.read(bytes, 'pdf').finally(() => reader.close());
    const [box, ...more] = seen?.pages[1]?.signatureBoxes ?? [];
    expect(more).toEqual([]);
    // 「第2页 （盖章处）」 begins at 40 mm, 5 mm a character, 100 mm below the edge; the code stands to the right
    expect(Math.abs(box!.xMm + 21 - 66)).toBeLessThan(3);
    expect(Math.abs(box!.yMm + box!.heightMm / 2 - 98)).toBeLessThan(1);
  });

  it('seals a PDF that others sealed over its edges', async () => {
    const first = await seal(pdf(), { straddle: 'right', level: 'LT' });
    const second = await seal(new Uint8Array(first.bytes), { straddle: 'left' });
    const third = await seal(new Uint8Array(second.bytes), { keyword: '盖章处', level: 'LT' });

    expect([third.status, await verdict(second.bytes), await verdict(third.bytes)]).toEqual([
      ...[201, 'TOTAL-PASSED', 'TOTAL-PASSED'],
    ]);
  });

  it('seals one document for several seals, until one closes it', async () => {
    const point = (y: string): Record<string, string> => ({ page: '1', x: '30', y });
    const first = await seal(ofd(), point('20'));
    const esId = await newSeal();
    const second = await seal(new Uint8Array(first.bytes), { ...point('80'), esId });
    const closed = await seal(new Uint8Array(second.bytes), { ...point('140'), closing: 'true' });
    const late = await seal(new Uint8Array(closed.bytes), point('200'));

    expect(await verdict(second.bytes)).toBe('TOTAL-PASSED');
    expect(await verdict(closed.bytes)).toBe('TOTAL-PASSED');
    expect([late.status, late.body.code]).toEqual([422, 'DOCUMENT_MALFORMED']);
    const reason = { as: 'sealMaker', json: { reason: 'keyCompromise' } } as const;
    await app.send('POST', `/seals/${esId}/revoke`, reason);
    expect(await verdict(closed.bytes)).toBe('TOTAL-PASSED');
  });

  it.each<[string, Record<string, string>]>([
    ['a keyword that is not there', { keyword: '无此字' }],
    ['an occurrence that is not there', { keyword: '盖章处', occurrence: '4' }],
    ['a page beyond the end', { page: '4', x: '1', y: '1' }],
    ['a place beyond the edge', { page: '1', x: '180', y: '1' }],
    ['half a place', { page: '1', x: '1' }],
    ['no place', {}],
    ['two places', { page: '1', x: '1', y: '1', keyword: '盖章处' }],
    ['an occurrence of nothing', { page: '1', x: '1', y: '1', occurrence: '2' }],
  ])('refuses %s', async (_, fields) => {
    const answers = [await seal(ofd(), fields), await seal(pdf(), fields)];

    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      [400, 'REQUEST_MALFORMED'],
      [400, 'REQUEST_MALFORMED'],
    ]);
  });

  it('refuses to straddle one page only', async () => {
    expect((await seal(ofd(1), { straddle: 'right' })).status).toBe(400);
    expect((await seal(pdf(1), { straddle: 'right' })).status).toBe(400);
  });

  it('refuses level LT for an OFD', async () => {
    const { status, body } = await seal(ofd(), { page: '1', x: '9', y: '9', level: 'LT' });

    expect([status, body.code]).toEqual([400, 'REQUEST_MALFORMED']);
  });

  it('looks for the keyword before somebody else is asked', async () => {
    const esId = await newSeal({ requiresSecondPerson: true });

    const missing = await seal(pdf(), { esId, keyword: '无此字' });
    const waiting = await seal(pdf(), { esId, keyword: '盖章处', straddle: 'right', level: 'LT' });
    const { id } = waiting.body as unknown as { id: string };
    const sealed = await app.send('POST', `/seal-signatures/${id}/approve`, { as: 'checker' });

    expect([missing.status, waiting.status, sealed.status]).toEqual([400, 202, 201]);
    expect(await verdict(sealed.bytes)).toBe('TOTAL-PASSED');
  });

  it('gives the same file for the same Idempotency-Key', async () => {
    const file = ofd();
    const key = { 'idempotency-key': 'seal-once' };
    const fields = { page: '1', x: '30', y: '40' };

    const answers = [await seal(file, fields, key), await seal(file, fields, key)];

    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(Buffer.compare(answers[0]!.bytes, answers[1]!.bytes)).toBe(0);
  });
});

describe('a seal that needs a second person', () => {
  const hand = async (esId: string): Promise<TestAnswer> =>
    await seal(new Uint8Array(await foreignPdf()), { esId, page: '1', x: '30', y: '40' });
  const idOf = ({ body }: TestAnswer): string => (body as unknown as { id: string }).id;
  const approve = (id: string, as: 'checker' | 'maker' = 'checker'): Promise<TestAnswer> =>
    app.send('POST', `/seal-signatures/${id}/approve`, { as });

  it('keeps a document until somebody else approves, then seals it once', async () => {
    const esId = await newSeal({ requiresSecondPerson: true });
    const waiting = await hand(esId);
    const id = idOf(waiting);

    const path = '/seal-signatures?state=requested';
    const list = await app.send('GET', path, { as: 'checker' });
    const audited = await app.send('GET', path, { as: 'auditor' });
    const answers = await Promise.all([approve(id), approve(id), approve(id, 'maker')]);

    expect([waiting.status, waiting.body.state]).toEqual([202, 'requested']);
    expect(list.body.items).toMatchObject([
      { id, place: { page: 1, x: 30, y: 40, keyword: null } },
    ]);
    expect(audited.body.items).toMatchObject([{ id, place: null }]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 403, 409]);
    const sealed = answers.find(({ status }) => status === 201);
    expect(await verdict(sealed!.bytes)).toBe('TOTAL-PASSED');
    const uses = await app.send('GET', `/seals/${esId}/uses`, { as: 'checker' });
    const { items } = (uses.body as unknown as { sealed: { items: object[] } }).sealed;
    expect(items).toMatchObject([{ kind: 'document', by: 'maker', approvedBy: 'checker' }]);
  });

  it('returns it with a note, and gives it back', async () => {
    const esId = await newSeal({ requiresSecondPerson: true });
    const [first, second] = [idOf(await hand(esId)), idOf(await hand(esId))];

    const returned = await app.send('POST', `/seal-signatures/${first}/return`, {
      ...{ as: 'checker', json: { note: '页码不对' } },
    });
    const removed = await app.send('DELETE', `/seal-signatures/${second}`, { as: 'maker' });

    expect(returned.body).toMatchObject({ state: 'returned', note: '页码不对' });
    expect(removed.status).toBe(204);
    expect((await approve(first)).body.code).toBe('SEALING_REQUEST_CONFLICT');
    expect((await approve(second)).status).toBe(409);
  });

  it('refuses at once what approval could not mend', async () => {
    const esId = await newSeal({ requiresSecondPerson: true, allowsDocuments: false });

    expect((await hand(esId)).body.code).toBe('SEAL_OUTSIDE_MANDATE');
  });

  it('waits again when the seal was suspended meanwhile', async () => {
    const esId = await newSeal({ requiresSecondPerson: true });
    const id = idOf(await hand(esId));
    const json = { reason: 'other' };
    await app.send('POST', `/seals/${esId}/suspend`, { as: 'sealMaker', json });

    const refused = await approve(id);
    await app.send('POST', `/seals/${esId}/reinstate`, { as: 'sealMaker', json });

    expect(refused.body.code).toBe('SEAL_SUSPENDED');
    expect((await approve(id)).status).toBe(201);
  });
});

describe('GET /seals/{esId}/uses', () => {
  it('names licences and documents, newest first, page by page', async () => {
    const licence = await app.city.issue();
    const document = await seal(ofd(), { page: '1', x: '30', y: '40' });

    interface Uses {
      readonly sealed: {
        readonly items: readonly Readonly<Record<string, unknown>>[];
        readonly nextCursor: string | null;
      };
    }
    const path = `/seals/${app.city.esId}/uses?limit=1`;
    const first = (await app.send('GET', path, { as: 'auditor' })).body as unknown as Uses;
    const next = `${path}&sealedCursor=${first.sealed.nextCursor ?? ''}`;
    const second = (await app.send('GET', next, { as: 'sealMaker' })).body as unknown as Uses;

    const id = document.headers.get('x-seal-signature-id');
    expect(first.sealed.items).toMatchObject([{ kind: 'document', identifier: id, by: 'maker' }]);
    expect(second.sealed.items).toMatchObject([
      { kind: 'licence', identifier: licence.identifier, by: null },
    ]);
  });
});
