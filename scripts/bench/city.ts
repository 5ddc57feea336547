/** The demo city as a bench sees it: whom it signs in as, what it issues. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HOST, type ServiceProcess } from './serviceProcess.ts';

export const API = '/api/v1';

interface DemoCityFile {
  readonly types: readonly {
    readonly typeCode: string;
    readonly name: string;
    readonly sampleFields: Readonly<Record<string, unknown>>;
  }[];
  readonly holders: readonly {
    readonly name: string;
    readonly code: string;
    readonly codeType: string;
    readonly username?: string;
  }[];
  readonly matters: readonly { readonly code: string; readonly name: string }[];
}

export interface City {
  readonly typeCode: string;
  readonly typeName: string;
  /** Headers of the issuing department's maker. */
  readonly makerHeaders: Readonly<Record<string, string>>;
  /** Signs somebody of the city in. @returns headers of their requests. */
  headersOf(username: string): Promise<Readonly<Record<string, string>>>;
  /** Whom the account `holder` stands for. */
  readonly holder: DemoCityFile['holders'][number];
  readonly matters: DemoCityFile['matters'];
  /** Holders of the type, in turn. */
  holderAt(index: number): DemoCityFile['holders'][number];
  /** Fields no two of which are alike. */
  fieldsAt(index: number): Readonly<Record<string, unknown>>;
  /** One JSON request: what it answers, whatever the status. */
  call(method: string, path: string, body?: unknown): Promise<{ status: number; json: unknown }>;
  /** Makes the type one that is issued at once, in these formats. */
  useFormats(formats: readonly ('ofd' | 'pdf')[]): Promise<void>;
}

/** @throws Error if the maker cannot sign in. */
export async function openCity(service: ServiceProcess, dataDir: string): Promise<City> {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(dataDir, name), 'utf8'));
  const { types, holders, matters } = read('demo-city.json') as DemoCityFile; // its form is documented
  const passwords = read('demo-credentials.json') as Readonly<Record<string, string>>;
  const [type] = types;
  if (type === undefined) throw new Error('the demo city has no licence type');
  const origin = `http://${HOST}:${service.port}${API}`;
  const json = { 'content-type': 'application/json' };
  const post = async (
    method: string,
    path: string,
    { headers, body }: { headers: Record<string, string>; body?: unknown },
  ): Promise<{ status: number; json: unknown }> => {
    const answer = await fetch(origin + path, {
      method,
      headers: { ...json, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, json: await answer.json() };
  };
  const headersOf: City['headersOf'] = async (username) => {
    const session = await post('POST', '/sessions', {
      headers: {},
      body: { username, password: passwords[username] },
    });
    const { token } = session.json as { readonly token?: string };
    if (token === undefined) {
      throw new Error(`${username} cannot sign in: ${JSON.stringify(session.json)}`);
    }
    return { ...json, authorization: `Bearer ${token}` };
  };
  const makerHeaders = await headersOf('maker');
  const holder = holders.find(({ username }) => username === 'holder');
  if (holder === undefined) throw new Error('the demo city has no holder with an account');
  const call: City['call'] = (method, path, body) =>
    post(method, path, { headers: makerHeaders, body });
  return {
    typeCode: type.typeCode,
    typeName: type.name,
    ...{ makerHeaders, headersOf, call, matters },
    holder: plain(holder),
    holderAt: (index) => {
      const holder = holders[index % holders.length];
      if (holder === undefined) throw new Error('the demo city has no holders');
      return plain(holder);
    },
    fieldsAt: (index) => ({ ...type.sampleFields, premises: `滨江大道${index + 1}号铺面` }),
    async useFormats(formats) {
      const path = `/licence-types/${type.typeCode}`;
      const known = (await call('GET', path)).json as Readonly<Record<string, unknown>>;
      const { name, fields, layout, sealEsId } = known;
      const next = { name, fields, layout, sealEsId, approval: 'single', formats };
      const { status, json: answer } = await call('PUT', path, next);
      if (status !== 200) throw new Error(`no licence type: ${JSON.stringify(answer)}`);
    },
  };
}

function plain({ name, code, codeType }: City['holder']): City['holder'] {
  return { name, code, codeType };
}

/** Requests that issue licences, as JSON texts. */
export function licenceRequests(city: City, first: number, count: number): readonly string[] {
  const validFrom = new Date().toISOString().slice(0, 10);
  const validUntil = `${Number(validFrom.slice(0, 4)) + 3}-01-01`;
  return Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      typeCode: city.typeCode,
      holder: city.holderAt(first + index),
      fields: city.fieldsAt(first + index),
      validFrom,
      validUntil,
    }),
  );
}

/** A table of stock licences with as many rows. */
export function licenceTable(city: City, rows: number): Uint8Array {
  const names = Object.keys(city.fieldsAt(0));
  const columns = ['typeCode', 'serial', 'holderName', 'holderCode', 'holderCodeType'];
  const head = [...columns, 'validFrom', 'validUntil', ...names.map((name) => `field.${name}`)];
  const lines = Array.from({ length: rows }, (_, index) => {
    const { name, code, codeType } = city.holderAt(index);
    const serial = `BENCH${String(index + 1).padStart(9, '0')}`;
    const fields = Object.values(city.fieldsAt(index)).map((value) =>
      Array.isArray(value) ? value.join('；') : String(value),
    );
    return [city.typeCode, serial, name, code, codeType, '2024-01-01', '2030-12-31', ...fields];
  });
  return Buffer.from([head, ...lines].map((cells) => `${cells.join(',')}\r\n`).join(''));
}
