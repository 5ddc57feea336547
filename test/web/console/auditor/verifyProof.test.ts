/** Evidence of a real service, judged by the auditors' console: as it came, and with every part of it changed. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anchorPendingUses } from '../../../../service/src/usage/anchorUses.ts';
import { judgeProof, type Judged } from '../../../../web/src/console/auditor/proof/judge.ts';
import { concludeSteps, type Step } from '../../../../web/src/console/auditor/proof/steps.ts';
import type { FetchFile } from '../../../../web/src/console/auditor/proof/trust.ts';
import { signersFor } from '../../../support/anchoring.ts';
import { testApp, type TestApp } from '../../../support/testApp.ts';

type Kind = 'licence' | 'usage';
interface Evidence {
  readonly kind: Kind;
  readonly identifier: string;
  readonly text: string;
}

let app: TestApp;
const evidence = {} as Record<Kind, Evidence>; // filled before any test

beforeAll(async () => {
  app = await testApp();
  const { city } = app;
  await city.issue();
  const { identifier } = await city.issue();
  const path = `/licences/${identifier}`;
  await app.send('POST', `${path}/suspend`, { as: 'maker', json: { reason: 'penalty' } });
  const acts = await app.send('GET', `${path}/proof`, { as: 'auditor' });
  evidence.licence = { kind: 'licence', identifier, text: acts.text };

  const { store, clock } = city.service;
  await anchorPendingUses({ usage: store.usage, clock, ...(await signersFor(city)) });
  const uses = await app.send('GET', `/usage-records?licence=${identifier}`, { as: 'auditor' });
  const { id } = uses.body.items.at(-1)!;
  const use = await app.send('GET', `/usage-records/${id}/proof`, { as: 'auditor' });
  evidence.usage = { kind: 'usage', identifier: id, text: use.text };
});
afterAll(async () => {
  await app.remove();
});

const fetchFromApp: FetchFile = async (path) => {
  const { status, bytes } = await app.send('GET', path);
  return status === 200 ? bytes : null;
};

async function judge(
  { kind, identifier }: Evidence,
  value: unknown,
  fetchFile = fetchFromApp,
): Promise<Judged> {
  const at = app.city.service.clock.now();
  return await judgeProof(value, { subject: { kind, identifier }, at, fetchFile });
}

/** Every step of everything shown. */
function stepsOf({ form, acts, use }: Judged): readonly Step[] {
  return [form, ...acts.flatMap(({ steps }) => steps), ...(use?.steps ?? [])];
}

function faultsOf(judged: Judged): readonly string[] {
  const bad = stepsOf(judged).filter(({ indication }) => indication !== 'TOTAL-PASSED');
  return [...new Set(bad.map(({ name }) => name))];
}

/** Changes the value at a path of names. */
function changed(
  text: string,
  path: readonly (string | number)[],
  change: (old: never) => unknown,
): unknown {
  const whole = JSON.parse(text) as Record<string, unknown>;
  let place: Record<string | number, unknown> = whole;
  for (const name of path.slice(0, -1)) place = place[name] as Record<string, unknown>;
  const last = path.at(-1)!;
  place[last] = change(place[last] as never);
  return whole;
}

/** Another character of the same alphabet in the middle, or at a place. */
function spoil(text: string, at = Math.floor(text.length / 2)): string {
  const spoilt = /[0-8]/.test(text[at]!)
    ? String(Number(text[at]) + 1)
    : text[at] === 'a'
      ? 'b'
      : 'a';
  return text.slice(0, at) + spoilt + text.slice(at + 1);
}

describe('evidence as the service gives it', () => {
  it('passes every step, for every act of a licence', async () => {
    const { identifier, text } = evidence.licence;
    const judged = await judge(evidence.licence, JSON.parse(text));

    expect(judged.acts.map(({ act }) => act.act)).toEqual(['licence.issue', 'licence.suspend']);
    for (const { steps } of judged.acts) {
      expect(steps.filter(({ fault }) => fault !== null)).toEqual([]);
      expect(steps.map(({ name }) => name)).toEqual([
        ...['form', 'signature', 'authority', 'batch', 'log', 'checkpoint', 'node'],
      ]);
    }
    expect(judged.acts[0]?.act.body['identifier']).toBe(identifier);
  });

  it('passes for a use, whose record is told by it', async () => {
    const judged = await judge(evidence.usage, JSON.parse(evidence.usage.text));

    expect(faultsOf(judged)).toEqual([]);
    expect(judged.use?.record.id).toBe(evidence.usage.identifier);
    expect(judged.use?.steps.map(({ name }) => name)).toEqual([
      ...['form', 'batch', 'log', 'checkpoint', 'node'],
    ]);
  });

  it('shows each hash with the next, from the bytes to the signed root', async () => {
    const { acts, checkpoint } = await judge(evidence.licence, JSON.parse(evidence.licence.text));
    for (const name of ['batch', 'log'] as const) {
      const { rows } = acts[1]!.steps.find((step) => step.name === name)!;
      let hash = '';
      for (const row of rows) {
        if (row.kind === 'bytes') hash = row.after;
        if (row.kind !== 'climb') continue;
        expect(row.before).toBe(hash);
        hash = row.after;
      }
      expect(rows.at(-1)).toMatchObject({ kind: 'compare', computed: hash, claimed: hash });
    }
    expect(checkpoint?.size).toBeGreaterThan(1);
  });
});

describe('evidence that was changed', () => {
  const ACT = ['acts', 0] as const;
  it.each([
    ['the act', [...ACT, 'act', 'act', 'body', 'contentDigest'], ['signature', 'batch']],
    ['the time of the act', [...ACT, 'act', 'act', 'id'], ['signature', 'batch']],
    ['its signature', [...ACT, 'act', 'signature'], ['signature']],
    ['a sibling in the log', [...ACT, 'logInclusion', 0], ['log']],
    ['when it was recorded', [...ACT, 'batch', 'at'], ['log']],
    ['who submitted it', [...ACT, 'batch', 'submitterMspId'], ['log']],
    ['the root of the batch', [...ACT, 'batch', 'root'], ['batch', 'log']],
  ])('%s: says which step fails', async (_, path, names) => {
    const judged = await judge(evidence.licence, changed(evidence.licence.text, path, spoil));

    expect(faultsOf(judged)).toEqual(names);
  });

  it('the salt or the record of a use', async () => {
    for (const path of [
      ['usage', 'salt'],
      ['usage', 'record', 'at'],
    ]) {
      const judged = await judge(
        evidence.usage,
        changed(evidence.usage.text, path, (old: string) => spoil(old, 3)),
      );
      expect(faultsOf(judged)).toEqual(['batch']);
    }
  });

  it('the checkpoint: its root, its size, its signature', async () => {
    const { text } = evidence.licence;
    const note = (JSON.parse(text) as { checkpoint: string }).checkpoint;
    const [origin = '', size = '', root = '', , signature = ''] = note.split('\n');
    const change = (from: string, to: string): unknown =>
      changed(text, ['checkpoint'], (old: string) => old.replace(from, to));

    expect(faultsOf(await judge(evidence.licence, change(root, spoil(root))))).toEqual([
      'log',
      'checkpoint',
    ]);
    expect(faultsOf(await judge(evidence.licence, change(`\n${size}\n`, `\n${size}0\n`)))).toEqual([
      'log',
      'checkpoint',
    ]);
    expect(faultsOf(await judge(evidence.licence, change(signature, spoil(signature))))).toEqual([
      'checkpoint',
    ]);
    expect(faultsOf(await judge(evidence.licence, change(origin, spoil(origin))))).toEqual([
      'checkpoint',
    ]);
  });

  it('anything at all, character by character, but what this page says it does not judge', async () => {
    for (const one of Object.values(evidence)) {
      const judgedHere = JSON.parse(one.text) as Record<string, unknown>;
      delete judgedHere['timeStamp'];
      const whole = JSON.stringify(judgedHere);
      for (let at = 0; at < whole.length; at += 37) {
        const spoilt = readJson(spoil(whole, at));
        if (spoilt === undefined) continue; // not JSON any more
        const { acts, use, ...rest } = await judge(one, spoilt);
        const shown = [...acts, ...(use === null ? [] : [use])];
        const verdicts = shown.map(({ steps }) => concludeSteps(steps));
        const isRefused =
          shown.length === 0
            ? rest.form.fault !== null
            : verdicts.some((verdict) => verdict !== 'TOTAL-PASSED');
        expect([at, isRefused]).toEqual([at, true]);
      }
    }
  });

  it('an act left out, put in another order, or of another licence', async () => {
    const { text } = evidence.licence;
    const reversed = changed(text, ['acts'], (acts: unknown[]) => [...acts].reverse());
    const none = changed(text, ['acts'], () => []);
    const other = { ...evidence.licence, identifier: spoil(evidence.licence.identifier) };

    expect(faultsOf(await judge(evidence.licence, reversed))).toEqual(['form']);
    expect(faultsOf(await judge(evidence.licence, none))).toEqual(['form']);
    expect(faultsOf(await judge(other, JSON.parse(text)))).toEqual(['form']);
    expect(faultsOf(await judge(other, 'no proof'))).toEqual(['form']);
  });
});

describe('evidence that cannot be judged', () => {
  it('without roots nothing is passed', async () => {
    const judged = await judge(evidence.licence, JSON.parse(evidence.licence.text), () =>
      Promise.resolve(null),
    );

    expect(faultsOf(judged)).toEqual(['authority', 'node']);
    expect(concludeSteps(judged.acts[0]!.steps)).toBe('INDETERMINATE');
  });

  it('without revocation lists neither', async () => {
    const judged = await judge(evidence.licence, JSON.parse(evidence.licence.text), (path) =>
      path.startsWith('/crl/') ? Promise.resolve(null) : fetchFromApp(path),
    );

    expect(concludeSteps(judged.acts[0]!.steps)).toBe('INDETERMINATE');
  });

  it('under the roots of another city', async () => {
    const other = await testApp();
    try {
      const judged = await judge(
        evidence.licence,
        JSON.parse(evidence.licence.text),
        async (path) => (await other.send('GET', path)).bytes,
      );
      expect(concludeSteps(judged.acts[0]!.steps)).not.toBe('TOTAL-PASSED');
      expect(faultsOf(judged)).toEqual(['authority', 'node']);
    } finally {
      await other.remove();
    }
  });
});

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
