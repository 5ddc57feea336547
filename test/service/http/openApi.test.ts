import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testApp, type TestApp } from '../../support/testApp.ts';

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: unknown }> };
  readonly responses: Record<string, unknown>;
}
interface Description {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, unknown> };
}

let app: TestApp;
let api: Description;
let operations: readonly (readonly [string, Operation])[];

beforeAll(async () => {
  app = await testApp();
  api = (await app.send('GET', '/openapi.json')).body as unknown as Description;
  operations = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
    ),
  );
});

afterAll(async () => {
  await app.remove();
});

describe('openapi.json', () => {
  it('is OpenAPI 3.1.0', () => {
    expect(api.openapi).toBe('3.1.0');
  });

  it('describes the routes that must be there', () => {
    const rows = operations.map(([row]) => row);

    expect(rows).toEqual(
      expect.arrayContaining([
        'POST /sessions',
        'POST /licences',
        'POST /licences/{identifier}/suspend',
        'POST /licences/{identifier}/reinstate',
        'POST /licences/{identifier}/revoke',
        'POST /seals/{esId}/revoke',
        'POST /verifications',
        'GET /audit/licences/{identifier}',
      ]),
    );
  });

  it('refers to nothing that is not there', () => {
    const text = JSON.stringify(api);
    const targets = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];

    expect(targets.length).toBeGreaterThan(0);
    for (const [, name] of targets) expect(api.components.schemas).toHaveProperty([name ?? '']);
  });

  it('names every parameter of every path', () => {
    for (const [row, { parameters = [] }] of operations) {
      const named = [...row.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const described = parameters.filter((one) => one.in === 'path').map((one) => one.name);
      expect([row, described.sort()]).toEqual([row, named.sort()]);
    }
  });

  it('gives every operation an id of its own and its problems', () => {
    const ids = operations.map(([, operation]) => operation.operationId);

    expect(new Set(ids).size).toBe(ids.length);
    for (const [, operation] of operations) expect(operation.responses).toHaveProperty('default');
  });

  it('gives the reason of a life-cycle act as a plain list of words', () => {
    const operation = api.paths['/licences/{identifier}/revoke']?.['post'];
    const schema = operation?.requestBody?.content['application/json']?.schema;

    expect(schema).toMatchObject({
      properties: { reason: { type: 'string', enum: expect.arrayContaining(['fraud']) } },
      required: ['reason'],
      additionalProperties: false,
    });
  });

  it('describes the licence as it is answered', () => {
    expect(api.components.schemas['Licence']).toMatchObject({
      required: expect.arrayContaining(['identifier', 'holder', 'fields', 'state', 'documents']),
    });
  });

  it('lets what may be null be null', () => {
    expect(api.components.schemas['LicenceAudit']).toMatchObject({
      properties: { licence: { anyOf: [{ $ref: expect.anything() }, { type: 'null' }] } },
    });
    expect(JSON.stringify(api)).not.toContain('{"type":["object","null"]}');
  });
});
