/** Sealing documents of one's own, and verifying them. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Drawing } from '../../service/src/documents/drawing.ts';
import { writeOfd } from '../../service/src/documents/ofd/writeOfd.ts';
import { writePdf } from '../../service/src/documents/pdf/writePdf.ts';
import { API } from './city.ts';
import { encodeUpload } from './httpConnection.ts';
import {
  faultNotes,
  runMeasured,
  UPLOAD_CALLERS,
  UPLOADED_FILES,
  verifyFiles,
  type BenchParts,
  type JudgedRow,
} from './runs.ts';
import { HOST } from './serviceProcess.ts';
import { isMet } from './table.ts';
import { es256Signatures, sm2Signatures } from './yardsticks.ts';

type Format = 'ofd' | 'pdf';

const NOTICES = 50;
const PLACE = { page: '1', x: '120', y: '200' };

/** Seals notices of both formats over HTTP, then verifies what came of it. */
export async function benchSeals(parts: BenchParts): Promise<readonly JudgedRow[]> {
  mkdirSync(parts.folder, { recursive: true });
  const fields = { ...PLACE, esId: await findSeal(parts) };
  const rows: JudgedRow[] = [];
  for (const format of ['ofd', 'pdf'] as const) {
    const notices = writeNotices(parts.folder, format);
    rows.push(await sealNotices(parts, format, { notices, fields }));
    const files = await sealSome(parts, format, { notices, fields });
    const what = `verify a sealed ${format.toUpperCase()}`;
    rows.push(await verifyFiles(parts, { what, format, files, goal: null }));
  }
  return rows;
}

interface SealJob {
  /** Paths of files. */
  readonly notices: readonly string[];
  readonly fields: Readonly<Record<string, string>>;
}

async function sealNotices(
  parts: BenchParts,
  format: Format,
  { notices, fields }: SealJob,
): Promise<JudgedRow> {
  const what = `seal an uploaded ${format.toUpperCase()}`;
  parts.progress(what);
  const { summary, cpuNotes } = await runMeasured(parts, {
    order: {
      ...{ host: HOST, port: parts.service.port, connections: UPLOAD_CALLERS },
      ...{ warmUpSeconds: 2, seconds: parts.seconds, perSecond: null, isOnce: false },
      expect: { status: 201, text: '' },
    },
    requests: {
      method: 'POST',
      headers: { authorization: parts.city.makerHeaders['authorization'] ?? '' },
      items: notices.map((file) => ({ path: `${API}/seal-signatures`, file, fields })),
    },
    collect: null,
  });
  const yardstick =
    format === 'ofd'
      ? { what: 'SM2 signatures', perSecond: sm2Signatures() }
      : { what: 'ES256 signatures', perSecond: es256Signatures() };
  const row = {
    ...{ what, goal: null, summary, perSecond: summary.perSecond },
    yardsticks: [yardstick],
    notes: [
      `${UPLOAD_CALLERS} connections; sealed, stamped with time, recorded on the ledger`,
      ...cpuNotes,
      ...faultNotes(summary),
    ],
  };
  return { ...row, met: isMet(row) };
}

/** @returns paths of sealed files. */
async function sealSome(
  { service, city, folder }: BenchParts,
  format: Format,
  { notices, fields }: SealJob,
): Promise<readonly string[]> {
  const files: string[] = [];
  for (let index = 0; index < UPLOADED_FILES; index += 1) {
    const notice = readFileSync(notices[index % notices.length] ?? '');
    const { headers, body } = encodeUpload(notice, fields);
    const answer = await fetch(`http://${HOST}:${service.port}${API}/seal-signatures`, {
      method: 'POST',
      headers: { ...headers, authorization: city.makerHeaders['authorization'] ?? '' },
      body: new Uint8Array(body),
    });
    if (answer.status !== 201) throw new Error(`not sealed: ${answer.status}`);
    const file = join(folder, `sealed-${index}.${format}`);
    writeFileSync(file, new Uint8Array(await answer.arrayBuffer()));
    files.push(file);
  }
  return files;
}

async function findSeal({ city }: BenchParts): Promise<string> {
  const { json } = await city.call('GET', '/seals');
  const { items } = json as { readonly items: readonly { readonly esId: string }[] };
  const [seal] = items;
  if (seal === undefined) throw new Error('the issuing department has no seal');
  return seal.esId;
}

function writeNotices(folder: string, format: Format): readonly string[] {
  return Array.from({ length: NOTICES }, (_, index) => {
    const file = join(folder, `notice-${index}.${format}`);
    writeFileSync(file, noticeOf(format, index));
    return file;
  });
}

function noticeOf(format: Format, index: number): Uint8Array {
  const title = `关于调整第${index + 1}号办事窗口的通知`;
  const page: Drawing = {
    ...{ widthMm: 210, heightMm: 297 },
    items: [{ kind: 'text', text: title, xMm: 40, yMm: 50, sizeMm: 8, colour: '#202020' }],
  };
  const common = { pages: [page], title, author: '云汉市政务服务中心', createdAt: new Date() };
  return format === 'ofd'
    ? writeOfd({ ...common, metadata: [], attachments: [] })
    : writePdf({ ...common, identifier: `notice-${index}`, attachment: null });
}
