// Writes the documents that tests and the walk-through seal: an unsealed notice as PDF and as OFD.
//   node scripts/makeNotice.ts
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Drawing, DrawingItem } from '../service/src/documents/drawing.ts';
import { writeOfd } from '../service/src/documents/ofd/writeOfd.ts';
import { writePdf } from '../service/src/documents/pdf/writePdf.ts';

const FOLDER = join(import.meta.dirname, '../test/fixtures/notice');
const MADE_AT = new Date('2026-01-01T00:00:00Z');
const TITLE = '关于调整办事窗口的通知';
const LINES = [
  '各办事窗口：',
  '自本月起，凡能通过电子证照核验的材料，一律不再收取纸质件。',
  '请各窗口做好解释和引导工作。',
];

const text = (value: string, place: readonly [number, number, number]): DrawingItem => ({
  kind: 'text',
  text: value,
  xMm: place[0],
  yMm: place[1],
  sizeMm: place[2],
  colour: '#202020',
});

const page: Drawing = {
  widthMm: 210,
  heightMm: 297,
  items: [text(TITLE, [56, 50, 9]), ...LINES.map((line, i) => text(line, [28, 80 + i * 12, 5]))],
};

writeFileSync(
  join(FOLDER, 'notice.pdf'),
  writePdf({
    pages: [page],
    title: TITLE,
    identifier: 'notice',
    author: '云汉市政务服务中心',
    createdAt: MADE_AT,
    attachment: null,
  }),
);
writeFileSync(
  join(FOLDER, 'notice.ofd'),
  writeOfd({
    pages: [page],
    title: TITLE,
    author: '云汉市政务服务中心',
    createdAt: MADE_AT,
    metadata: [],
    attachments: [],
  }),
);
