import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { SDJwtInstance } from '@sd-jwt/core';
import { createHash, randomBytes } from 'node:crypto';
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parse,
  parseDocument,
  type Document,
  type Node,
  type Pair,
} from 'yaml';

import type { JsonObject, JsonValue } from '../../service/src/credentials/jws.ts';

/** One specification of the SD-JWT reference implementation. */
export interface SdJwtVector {
  readonly name: string;
  readonly userClaims: JsonObject;
  /** Which claims are hidden, as `@sd-jwt/core` takes it. */
  readonly hidden: Frame;
  /** Which claims the holder shows: `true`, `false`, or members of these. */
  readonly shown: JsonObject;
  readonly expected: JsonObject | null;
}

/** `_sd` names hidden members, or hidden places of an array; other members are frames of what they name. */
export interface Frame {
  readonly _sd?: readonly (string | number)[];
  readonly [member: string]: unknown;
}

/** Reads every specification below a folder. */
export function readSdJwtVectors(folder: string): readonly SdJwtVector[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('specification.yml'))
    .map((name) => {
      const document = parseDocument(readFileSync(join(folder, name), 'utf8'), {
        customTags: [{ tag: '!sd', resolve: (text: string) => parse(text) as unknown }],
        logLevel: 'error',
      });
      const spec = document.toJS() as Readonly<Record<string, JsonObject | undefined>>;
      return {
        name,
        userClaims: spec['user_claims'] ?? {},
        hidden: frameOf(document.get('user_claims', true) as Node, document),
        shown: spec['holder_disclosed_claims'] ?? {},
        expected: spec['expect_verified_user_claims'] ?? null,
      };
    });
}

/** Lets `@sd-jwt/core` issue a vector's claims and show some, unsigned. */
export async function issueElsewhere(
  vector: SdJwtVector,
  shown: JsonValue,
): Promise<{ readonly payload: JsonObject; readonly disclosures: readonly string[] }> {
  const issuer = new SDJwtInstance({
    signer: () => 'c2lnbmF0dXJl',
    signAlg: 'ES256',
    hasher: (text) =>
      new Uint8Array(
        createHash('sha256')
          .update(Buffer.from(text as string))
          .digest(),
      ),
    hashAlg: 'sha-256',
    saltGenerator: (length) => randomBytes(length).toString('base64url'),
  });
  const all = await issuer.issue(vector.userClaims, vector.hidden as never);
  const text = shown === true ? all : await issuer.present(all, shown as never);
  const [jwt = '', ...disclosures] = text.split('~').slice(0, -1);
  const payload = Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8');
  return { payload: JSON.parse(payload) as JsonObject, disclosures };
}

/** What the holder shows as a presentation frame: lists become objects by place, `null` and `[]` nothing. */
export function presentationFrame(shown: JsonValue): JsonValue {
  if (typeof shown !== 'object' || shown === null) {
    return shown === true || (shown !== false && shown !== null && shown !== 'None');
  }
  return Object.fromEntries(
    Object.entries(shown as JsonObject).map(([name, value]) => [name, presentationFrame(value)]),
  );
}

function frameOf(node: Node | null, document: Document): Frame {
  const target = isAlias(node) ? node.resolve(document) : node;
  if (isMap(target)) {
    return frameFrom(
      target.items.map((pair) => memberOf(pair as Pair<Node, Node>)),
      document,
    );
  }
  if (isSeq(target)) {
    const members = target.items.map((item, index) => ({
      name: index,
      isHidden: (item as Node).tag === '!sd',
      value: item as Node,
    }));
    return frameFrom(members, document);
  }
  return {};
}

interface Member {
  readonly name: string | number;
  readonly isHidden: boolean;
  readonly value: Node | null;
}

function memberOf({ key, value }: Pair<Node, Node>): Member {
  return { name: isScalar(key) ? String(key.value) : '', isHidden: key.tag === '!sd', value };
}

function frameFrom(members: readonly Member[], document: Document): Frame {
  const hidden = members.filter(({ isHidden }) => isHidden).map(({ name }) => name);
  const below = members
    .map(({ name, value }) => [name, frameOf(value, document)] as const)
    .filter(([, frame]) => Object.keys(frame).length > 0);
  return { ...(hidden.length > 0 ? { _sd: hidden } : {}), ...Object.fromEntries(below) };
}
