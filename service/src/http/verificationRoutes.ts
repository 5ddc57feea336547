import { z } from 'zod';
import { hasRole, type Principal } from '../access.ts';
import { requireInstant } from '../civilTime.ts';
import { admitBatch } from '../systems/admitCall.ts';
import { PUBLIC_USE, type UseContext } from '../usage/recordUse.ts';
import { verifyBatch } from '../verification/verifyBatch.ts';
import { verify, type Evidence } from '../verification/verifier.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { json, jsonOrUpload, type Upload } from './payload.ts';
import { moment, report } from './shapes.ts';

/**
 * Kept with the use when somebody is signed in; a stranger's words are not written into a holder's trail. An annotated copy
 * is judged by the purpose, whoever asks.
 */
const occasion = {
  matter: z.string().min(1).max(64).optional(),
  purpose: z.string().min(1).max(200).optional(),
};

const evidence = z
  .strictObject({
    code: z.string().min(1).max(4096).optional(),
    identifier: z.string().min(1).max(200).optional(),
    credential: z
      .string()
      .min(1)
      .max(128 * 1024)
      .optional(),
    ...occasion,
  })
  .refine(
    ({ code, identifier, credential }) =>
      [code, identifier, credential].filter((one) => one !== undefined).length === 1,
    { message: 'name exactly one of code, identifier and credential' },
  );

const occasionFields = z.strictObject(occasion);
const times = z.strictObject({ at: moment.optional(), knownAt: moment.optional() });

type Given = { readonly json: z.output<typeof evidence> } | Upload<Occasion>;
type Occasion = z.output<typeof occasionFields>;

export function verificationRoutes(parts: AppParts): readonly Route[] {
  const { verification } = parts;
  return [
    defineRoute({
      method: 'post',
      path: '/verifications',
      summary:
        'Verify a code, an identifier, a credential or a file. 200 also for a failed verdict.',
      access: 'public',
      query: times,
      payload: jsonOrUpload(evidence, occasionFields),
      answers: { 200: report },
      async run({ body, query, principal, language }) {
        const verdict = await verify(verification, {
          evidence: toEvidence(body),
          at: query.at === undefined ? undefined : requireInstant(query.at, 'end', 'at'),
          knownAt:
            query.knownAt === undefined
              ? undefined
              : requireInstant(query.knownAt, 'end', 'knownAt'),
          language,
          context: contextOf(principal, 'json' in body ? body.json : body.fields),
        });
        return { status: 200, json: verdict };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/verifications/batch',
      summary: 'Verify up to 200 codes at once',
      access: ['clerk', 'system'],
      isIdempotent: false,
      payload: json(
        z.strictObject({ codes: z.array(z.string().max(4096)).min(1).max(200), ...occasion }),
      ),
      answers: { 200: z.strictObject({ reports: z.array(report) }) },
      async run({ body, principal, token, language }) {
        const { codes, ...rest } = body;
        await admitBatch(parts, { principal, token }, codes.length);
        const context = contextOf(principal, rest);
        const reports = await verifyBatch(verification, { codes, language, context });
        return { status: 200, json: { reports } };
      },
    }),
  ];
}

function toEvidence(given: Given): Evidence {
  if ('file' in given) {
    return { kind: 'file', bytes: given.file, purpose: given.fields.purpose };
  }
  const { code, identifier, credential } = given.json;
  if (code !== undefined) return { kind: 'code', text: code };
  if (identifier !== undefined) return { kind: 'identifier', text: identifier };
  return { kind: 'credential', text: credential ?? '' };
}

function contextOf(principal: Principal | null, { matter, purpose }: Occasion): UseContext {
  if (principal === null) return PUBLIC_USE;
  const isClerk = hasRole(principal, 'clerk');
  const channel = isClerk ? 'window' : hasRole(principal, 'system') ? 'api' : 'console';
  return {
    channel,
    window: isClerk ? principal.windowCode : null,
    clerk: principal.id,
    matter: matter ?? null,
    purpose: purpose ?? null,
  };
}
