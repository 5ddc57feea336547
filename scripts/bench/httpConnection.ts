/** A keep-alive HTTP/1.1 client that costs little: the load generator shares the machine with what it measures. */
import { connect, type Socket } from 'node:net';

export interface HttpAnswer {
  readonly status: number;
  readonly body: Buffer;
}

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/** One connection, one request at a time. Takes only answers with `Content-Length`. */
export class HttpConnection {
  readonly #socket: Socket;
  #received: Buffer[] = [];
  #length = 0;
  #expected: { readonly status: number; readonly head: number; readonly total: number } | null =
    null;
  #settle: { resolve: (answer: HttpAnswer) => void; reject: (error: Error) => void } | null = null;
  #fault: Error | null = null;

  constructor(host: string, port: number) {
    this.#socket = connect({ host, port, noDelay: true });
    this.#socket.on('data', (chunk: Buffer) => {
      this.#take(chunk);
    });
    this.#socket.on('error', (error) => {
      this.#fail(error);
    });
    this.#socket.on('close', () => {
      this.#fail(new Error('the connection was closed'));
    });
  }

  send(request: Uint8Array): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#fault !== null) {
        reject(this.#fault);
        return;
      }
      this.#settle = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#received.push(chunk);
    this.#length += chunk.length;
    try {
      this.#expected ??= readHead(this.#joined());
    } catch (error) {
      this.#fail(error as Error); // readHead throws nothing else
      return;
    }
    if (this.#expected === null || this.#length < this.#expected.total) return;
    const { status, head, total } = this.#expected;
    const body = this.#joined().subarray(head, total);
    this.#received = [];
    this.#length = 0;
    this.#expected = null;
    const settle = this.#settle;
    this.#settle = null;
    settle?.resolve({ status, body });
  }

  #joined(): Buffer {
    const [only] = this.#received;
    if (this.#received.length === 1 && only !== undefined) return only;
    const whole = Buffer.concat(this.#received);
    this.#received = [whole];
    return whole;
  }

  #fail(error: Error): void {
    this.#fault ??= error;
    this.#settle?.reject(this.#fault);
    this.#settle = null;
  }
}

/** @returns null while the head is not complete. @throws Error for an answer without a length. */
function readHead(
  bytes: Buffer,
): { readonly status: number; readonly head: number; readonly total: number } | null {
  const end = bytes.indexOf(HEAD_END);
  if (end < 0) return null;
  const text = bytes.toString('latin1', 0, end);
  const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
  const status = Number(text.slice(9, 12));
  if (length === undefined && status !== 204) throw new Error('an answer without Content-Length');
  const head = end + HEAD_END.length;
  return { status, head, total: head + Number(length ?? 0) };
}

/** The bytes of a request, made once and sent many times. */
export function encodeRequest(host: string, request: HttpRequest): Uint8Array {
  const { method, path, headers, body } = request;
  const lines = Object.entries({
    host,
    ...headers,
    'content-length': String(body.length),
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([
    Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1'),
    body,
  ]);
}

/** A multipart/form-data body with one file and further fields. */
export function encodeUpload(
  file: Uint8Array,
  fields: Readonly<Record<string, string>> = {},
): Pick<HttpRequest, 'headers' | 'body'> {
  const boundary = 'yinxin-bench-boundary';
  const parts = Object.entries(fields).map(
    ([name, value]) =>
      `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const head = `${parts.join('')}--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="file"\r\ncontent-type: application/octet-stream\r\n\r\n`;
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat([Buffer.from(head), file, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  };
}
