/**
 * An example of another system that uses licences instead of asking people for paper. It needs nothing but `fetch`: copy
 * it and put your own purpose in.
 *
 *   node scripts/exampleClient.ts SETTINGS.json
 *
 * with `{"url", "clientId", "secretFile", "holder": {"code", "codeType"}, "typeCode", "fields", "purpose", "copyTo"}`;
 * `copyTo`, a file for the annotated copy, may be left out.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

export interface Settings {
  /** Origin of the service. */
  readonly url: string;
  readonly clientId: string;
  /** File with the secret: readable by this system's account alone. */
  readonly secretFile: string;
  readonly holder: { readonly code: string; readonly codeType: string };
  readonly typeCode: string;
  readonly fields: readonly string[];
  /** Code of a purpose that the client is registered with. */
  readonly purpose: string;
  readonly copyTo?: string;
}

interface Found {
  readonly items: readonly { readonly identifier: string; readonly state: string }[];
}

interface Metadata {
  readonly report: { readonly indication: string; readonly statement: string };
  readonly fields: Readonly<Record<string, unknown>>;
  /** SD-JWT of just these fields: file it, it can be verified later without the service. */
  readonly credential: string | null;
}

interface Problem {
  readonly code?: string;
  readonly detail?: string;
}

/** A minute's quota is back after a minute; who waits longer should ask for more. */
const MAX_WAIT_SECONDS = 70;
const RENEW_BEFORE_MS = 30_000;

/** Asks as one client: gets tokens when they are needed, waits when it was too fast. */
export function connect({ url, clientId, secretFile }: Settings): {
  readonly post: (path: string, body: object) => Promise<Response>;
} {
  let token: { readonly text: string; readonly goodUntil: number } | null = null;
  const tokenNow = async (): Promise<string> => {
    if (token === null || Date.now() > token.goodUntil) {
      const secret = readFileSync(secretFile, 'utf8').trim();
      token = await getToken(url, clientId, secret);
    }
    return token.text;
  };
  const send = async (path: string, body: object): Promise<Response> =>
    await fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await tokenNow()}`,
        'content-type': 'application/json',
        'accept-language': 'zh-CN',
      },
      body: JSON.stringify(body),
    });
  return {
    async post(path, body) {
      let response = await send(path, body);
      const wait = secondsToWait(response);
      if (wait !== null) {
        if (response.status === 401) token = null; // it was ended: get another one
        await pause(wait * 1000);
        response = await send(path, body);
      }
      if (response.ok) return response;
      const { code, detail } = (await response.json()) as Problem;
      throw new Error(`${response.status} ${code ?? ''}: ${detail ?? ''}`);
    },
  };
}

/** @returns null where asking once more makes no sense. */
function secondsToWait({ status, headers }: Response): number | null {
  if (status === 401) return 0;
  if (status !== 429 && status !== 503) return null;
  const wait = Number(headers.get('retry-after') ?? 1);
  return wait <= MAX_WAIT_SECONDS ? wait : null;
}

async function getToken(
  url: string,
  clientId: string,
  secret: string,
): Promise<{ readonly text: string; readonly goodUntil: number }> {
  const credentials = `${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`;
  const response = await fetch(`${url}/api/v1/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  if (!response.ok) throw new Error(`no token: ${await response.text()}`);
  const answer = (await response.json()) as { access_token: string; expires_in: number };
  return {
    text: answer.access_token,
    goodUntil: Date.now() + answer.expires_in * 1000 - RENEW_BEFORE_MS,
  };
}

/** Finds somebody's licences of a type, and of the first in force asks verdict and fields, and a copy if that is wanted. */
export async function main(settings: Settings, write: (text: string) => void): Promise<void> {
  const { post } = connect(settings);
  const { holder, typeCode, purpose, fields, copyTo } = settings;
  const found = await post('/data/licences/search', { holder, typeCode, purpose });
  const { items } = (await found.json()) as Found;
  for (const { identifier, state } of items) write(`${identifier} ${state}`);
  const inForce = items.find(({ state }) => state === 'issued');
  if (inForce === undefined) {
    write('none is in force: ask for the paper');
    return;
  }

  const path = `/data/licences/${inForce.identifier}`;
  const answer = await post(`${path}/metadata`, { fields, purpose });
  const metadata = (await answer.json()) as Metadata;
  write(`${metadata.report.indication}: ${metadata.report.statement}`);
  if (metadata.report.indication !== 'TOTAL-PASSED') return; // then there are no fields either
  write(JSON.stringify(metadata.fields));

  if (copyTo === undefined) return;
  const copy = await post(`${path}/file`, { format: 'ofd', purpose });
  writeFileSync(copyTo, Buffer.from(await copy.arrayBuffer()), { mode: 0o600 });
  write(`annotated copy until ${copy.headers.get('x-copy-valid-until') ?? ''}`);
}

if (import.meta.main) {
  const [, , file = ''] = process.argv;
  const settings = JSON.parse(readFileSync(file, 'utf8')) as Settings;
  await main(settings, (text) => process.stdout.write(`${text}\n`));
}
