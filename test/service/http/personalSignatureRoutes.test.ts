import { deflateSync } from 'node:zlib';
import { createCanvas } from '@napi-rs/canvas';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeOfd } from '../../../service/src/documents/ofd/writeOfd.ts';
import { foreignPdf } from '../../support/foreignPdf.ts';
import { formOf, testApp, type TestAnswer, type TestApp } from '../../support/testApp.ts';
import type { TestPersonName } from '../../support/testService.ts';

let app: TestApp;
let pdf: Uint8Array<ArrayBuffer>;
beforeAll(async () => {
  app = await testApp();
  pdf = new Uint8Array(await foreignPdf());
});
afterAll(async () => {
  await app.remove();
});

const ofd = (): Uint8Array<ArrayBuffer> =>
  new Uint8Array(
    writeOfd({
      pages: [{ widthMm: 210, heightMm: 297, items: [] }],
      ...{ title: '', author: '', createdAt: new Date(), metadata: [], attachments: [] },
    }),
  );

const strokes = JSON.stringify([
  [
    [0, 10],
    [20, 12],
    [40, 8],
  ],
  [
    [18, 0],
    [20, 30],
  ],
]);

const png = (): string => {
  const canvas = createCanvas(300, 120);
  const context = canvas.getContext('2d');
  context.lineWidth = 6;
  context.moveTo(20, 20);
  context.lineTo(260, 100);
  context.lineTo(40, 90);
  context.stroke();
  return canvas.toBuffer('image/png').toString('base64');
};

const sign = (
  file: Uint8Array<ArrayBuffer>,
  fields: Readonly<Record<string, string>> = { strokes },
  as: TestPersonName = 'holder',
): Promise<TestAnswer> =>
  app.send('POST', '/personal-signatures', {
    as,
    form: formOf(file, { page: '1', x: '30', y: '40', ...fields }),
  });

const namesOf = ({ checks }: TestAnswer['body']): readonly string[] =>
  (checks as { name: string }[]).map(({ name }) => name);

const verify = async (bytes: Uint8Array): Promise<TestAnswer['body']> =>
  (await app.send('POST', '/verifications', { form: formOf(new Uint8Array(bytes)) })).body;

describe('/personal-signatures', () => {
  it.each([
    ['a PDF by strokes', 'pdf', (): Record<string, string> => ({ strokes })],
    ['a PDF by a picture', 'pdf', () => ({ image: png() })],
    ['a PDF by a typed name', 'pdf', () => ({ typedName: 'holder' })],
    ['an OFD by strokes', 'ofd', () => ({ strokes })],
  ] as const)('sign %s, and the verifier passes it', async (_, format, fields) => {
    const answer = await sign(format === 'ofd' ? ofd() : pdf, fields());

    const report = await verify(answer.bytes);

    const id = answer.headers.get('x-personal-signature-id');
    expect(answer.status).toBe(201);
    expect(report).toMatchObject({
      indication: 'TOTAL-PASSED',
      subject: { kind: 'seal-signature', identifier: id },
      statusSource: 'none',
    });
  });

  it.each(['pdf', 'ofd'])(
    'sign a %s twice, and an authority seals it after them',
    async (format) => {
      const first = await sign(format === 'ofd' ? ofd() : pdf);
      const second = await sign(new Uint8Array(first.bytes), { strokes, y: '80' }, 'clerk');
      const sealed = await app.send('POST', '/seal-signatures', {
        as: 'maker',
        form: formOf(new Uint8Array(second.bytes), {
          esId: app.city.esId,
          ...{ page: '1', x: '30', y: '120' },
        }),
      });

      const reports = [await verify(second.bytes), await verify(sealed.bytes)];

      expect([second.status, sealed.status]).toEqual([201, 201]);
      for (const report of reports) {
        expect([report.indication, report.subIndication]).toEqual(['TOTAL-PASSED', null]);
        expect(namesOf(report)).toContain('earlierSignature.recorded');
      }
    },
  );

  it('ask whether a seal below them could seal', async () => {
    const sealed = await app.send('POST', '/seal-signatures', {
      as: 'maker',
      form: formOf(pdf, { esId: app.city.esId, page: '1', x: '30', y: '120' }),
    });
    const signed = await sign(new Uint8Array(sealed.bytes));

    const report = await verify(signed.bytes);

    expect(report.indication).toBe('TOTAL-PASSED');
    expect(namesOf(report)).toContain('earlierSignature.seal.state');
  });

  it('do not pass once a byte was changed', async () => {
    const { bytes } = await sign(pdf);
    bytes[200] = (bytes[200] ?? 0) ^ 1;

    expect((await verify(bytes)).indication).not.toBe('TOTAL-PASSED');
  });

  it('leave nothing of the person on the ledger', async () => {
    const { ledger } = app.city.service;
    const before = await ledger.head();

    await sign(pdf);

    expect(await ledger.head()).toEqual(before);
  });

  it('are listed and read by their person alone', async () => {
    const id = (await sign(pdf)).headers.get('x-personal-signature-id') ?? '';

    const own = await app.send('GET', '/personal-signatures', { as: 'holder' });
    const file = await app.send('GET', `/personal-signatures/${id}/file`, { as: 'holder' });
    const others = await app.send('GET', `/personal-signatures/${id}/file`, { as: 'clerk' });

    expect(own.body.items[0]).toMatchObject({ id, format: 'pdf', method: 'strokes' });
    expect(file.status).toBe(200);
    expect([others.status, others.body.code]).toEqual([404, 'PERSONAL_SIGNATURE_NOT_FOUND']);
  });

  const chunk = (name: string, data: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, Buffer.from(name), data, Buffer.alloc(4)]);
  };
  const bomb = (): string => {
    const header = Buffer.from('000007d0000007d00800000000', 'hex');
    const data = deflateSync(Buffer.alloc(50_000_000));
    const signature = Buffer.from('89504e470d0a1a0a', 'hex');
    const parts = [chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))];
    return Buffer.concat([signature, ...parts])
      .toString('base64')
      .slice(0, 65_000);
  };

  it.each<[string, () => Record<string, string>]>([
    ['another person’s name', () => ({ typedName: '张三' })],
    ['no picture', () => ({ image: 'aGVsbG8=' })],
    ['a picture that swells', () => ({ image: bomb() })],
    ['half a picture', () => ({ image: png().slice(0, 200) })],
    ['a dot', () => ({ strokes: '[[[1,1],[1,1]]]' })],
    ['too many points', () => ({ strokes: JSON.stringify([Array(5001).fill([1, 2])]) })],
    ['a point beyond everything', () => ({ strokes: '[[[1,1],[1e300,2]]]' })],
    ['strokes that are no JSON', () => ({ strokes: '[[' })],
    ['two signatures at once', () => ({ strokes, typedName: 'holder' })],
    ['no signature', () => ({})],
    ['a page that is not there', () => ({ strokes, page: '9' })],
    ['a place outside of the page', () => ({ strokes, x: '205' })],
  ])('are refused with %s', async (_, fields) => {
    const answer = await sign(pdf, fields());

    expect([answer.status, answer.body.code]).toEqual([400, 'REQUEST_MALFORMED']);
  });
});
