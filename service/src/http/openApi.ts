import {
  OpenAPIRegistry,
  OpenApiGeneratorV31,
  type RouteConfig,
} from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import type { Access, AnswerShape, Route } from './guard.ts';
import { problem } from './shapes.ts';

/** Where the API begins. */
export const API_BASE = '/api/v1';

const NULL_OR_OBJECT = JSON.stringify({ type: ['object', 'null'] });

type Document = ReturnType<OpenApiGeneratorV31['generateDocument']>;

const DESCRIPTION = `Electronic seals and electronic licences on a ledger.

Errors are problem details (RFC 9457) with a stable \`code\`. Lists are newest first, in cursor pages.
\`Idempotency-Key\` is accepted on every POST that needs a session: the same key and body give the same answer.`;

/** Describes the routes as they guard themselves: OpenAPI 3.1. */
export function describeApi(routes: readonly Route[]): Document {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' });
  for (const route of routes) registry.registerPath(describeRoute(route));
  const document = new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: { title: 'Yinxin', version: '1', description: DESCRIPTION },
    servers: [{ url: API_BASE }],
  });
  return withNulls(document) as Document;
}

/** What is null or a named schema: the generator says "both", which nothing can be. */
function withNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNulls);
  if (typeof value !== 'object' || value === null) return value;
  const { allOf, ...rest } = value as { readonly allOf?: readonly unknown[] };
  if (allOf?.length === 2 && JSON.stringify(allOf[1]) === NULL_OR_OBJECT) {
    return { ...rest, anyOf: [allOf[0], { type: 'null' }] };
  }
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withNulls(one)]));
}

function describeRoute(route: Route): RouteConfig {
  const { method, path, summary, access, payload } = route;
  return {
    method,
    path,
    summary,
    tags: [path.split('/')[1] ?? ''],
    operationId: operationIdOf(route),
    security: access === 'public' ? [] : [{ bearer: [] }],
    ...(Array.isArray(access) ? { description: `Roles: ${access.join(', ')}.` } : {}),
    request: {
      ...(route.params instanceof z.ZodObject ? { params: route.params } : {}),
      ...(route.query instanceof z.ZodObject ? { query: route.query } : {}),
      ...(payload === undefined
        ? {}
        : {
            body: {
              required: true,
              content: Object.fromEntries(
                Object.entries(payload.content).map(([type, schema]) => [type, { schema }]),
              ),
            },
          }),
    },
    responses: {
      ...Object.fromEntries(
        Object.entries(route.answers).map(([status, shape]) => [status, describeAnswer(shape)]),
      ),
      ...problemsOf(access),
    },
  };
}

type Response = RouteConfig['responses'][string];

function describeAnswer(shape: AnswerShape): Response {
  if (shape === null) return { description: 'Done' };
  if (shape instanceof z.ZodType) {
    return { description: 'Done', content: { 'application/json': { schema: shape } } };
  }
  const bytes = z.string().meta({ format: 'binary' });
  return {
    description: 'Done',
    content: {
      ...(shape.json === undefined ? {} : { 'application/json': { schema: shape.json } }),
      ...Object.fromEntries(shape.mediaTypes.map((type) => [type, { schema: bytes }])),
    },
  };
}

function problemsOf(access: Access): Readonly<Record<string, Response>> {
  const said = (description: string): Response => ({
    description,
    content: { 'application/problem+json': { schema: problem } },
  });
  return {
    ...(access === 'public' ? {} : { 401: said('Nobody is signed in') }),
    ...(Array.isArray(access) ? { 403: said('Not authorised') } : {}),
    default: said('A problem, by its `code`'),
  };
}

function operationIdOf({ method, path }: Route): string {
  const words = path.split(/[/{}-]+/).filter((word) => word !== '');
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
