/** Runs load in a process of its own. Started by `loadProcess.ts`; speaks over IPC. */
import { readFileSync } from 'node:fs';
import { encodeRequest, encodeUpload, type HttpRequest } from './httpConnection.ts';
import { runLoad, type LoadOrder } from './load.ts';
import type { Summary } from './statistics.ts';

/** Requests as they travel over IPC. */
export interface RequestSet {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly items: readonly RequestItem[];
}

/** A text, or a file to upload, or nothing as the body. */
export interface RequestItem {
  readonly path: string;
  readonly text?: string;
  readonly file?: string;
  /** Further fields of an upload. */
  readonly fields?: Readonly<Record<string, string>>;
}

export interface LoadJob {
  readonly order: LoadOrder;
  readonly requests: RequestSet;
  /** Member of the JSON answers to give back; `text`: whole answers; null: nothing. */
  readonly collect: 'identifier' | 'qr' | 'text' | null;
}

export interface LoadResult {
  readonly summary: Summary;
  /** What was asked for, of each answer as expected. */
  readonly collected: readonly string[];
  /** Answers as expected, those to warm up with included. */
  readonly answers: number;
}

process.on('message', (job: LoadJob) => {
  run(job).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});

async function run({ order, requests, collect }: LoadJob): Promise<LoadResult> {
  const collected: string[] = [];
  let answers = 0;
  const encoded = requests.items.map((item) =>
    encodeRequest(`${order.host}:${order.port}`, toRequest(requests, item)),
  );
  const summary = await runLoad(order, encoded, (answer) => {
    answers += 1;
    if (collect === null) return;
    const text = answer.body.toString('utf8');
    if (collect === 'text') collected.push(text);
    else collected.push((JSON.parse(text) as Record<typeof collect, string>)[collect]);
  });
  return { summary, collected, answers };
}

function toRequest({ method, headers }: RequestSet, item: RequestItem): HttpRequest {
  const { path } = item;
  if (item.file === undefined) {
    return { method, path, headers, body: Buffer.from(item.text ?? '') };
  }
  const upload = encodeUpload(readFileSync(item.file), item.fields);
  return { method, path, headers: { ...headers, ...upload.headers }, body: upload.body };
}
