/** Random and changed bytes into every reader: a clear refusal or a verdict that does not pass. `TEST_HOSTILE_RUNS` makes it longer. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeDigits } from '../../service/src/credentials/digits.ts';
import { parseDocumentCode } from '../../service/src/credentials/documentCode.ts';
import { ServiceError } from '../../service/src/errors.ts';
import { toProblem } from '../../service/src/http/problem.ts';
import { licenceProof } from '../../service/src/proofs/proofs.ts';
import { sealDocument } from '../../service/src/seals/sealDocument.ts';
import { PUBLIC_USE } from '../../service/src/usage/recordUse.ts';
import { verify, type Evidence } from '../../service/src/verification/verifier.ts';
import { addSealedType, evidenceOf, type LicenceEvidence } from '../support/evidence.ts';
import { foreignPdf } from '../support/foreignPdf.ts';
import { mutate, mutations } from '../support/mutations.ts';
import { formOf, testApp, type TestApp } from '../support/testApp.ts';

const RUNS = Number(process.env['TEST_HOSTILE_RUNS'] ?? '150');
const MAX_MS = 5000;
const MAX_GROWTH = 256 * 1024 * 1024;

let app: TestApp;
let genuine: LicenceEvidence;
let seal: Uint8Array;
let proof: Uint8Array;
let pdf: Uint8Array;

beforeAll(async () => {
  app = await testApp();
  const { service, people, esId } = app.city;
  const { typeCode } = await addSealedType(app.city, '100');
  const licence = await app.city.issue({ typeCode });
  genuine = await evidenceOf(app.city, licence);
  seal = (await service.store.seals.file(esId))!;
  const { store, ledger, verification } = service;
  const parts = { store, ledger, trust: verification.trust };
  const evidence = await licenceProof(parts, people.auditor, licence.identifier);
  proof = Buffer.from(JSON.stringify(evidence));
  pdf = await foreignPdf();
});
afterAll(async () => {
  await app.remove();
});

/** The verdict, or the code of a refusal that a client would see as its own fault. */
async function outcomeOf(attempt: Promise<unknown>): Promise<string> {
  const begun = performance.now();
  const before = process.memoryUsage().rss;
  const outcome = await attempt.then(
    (answer) => (answer as { readonly indication?: string }).indication ?? 'done',
    (error: unknown) => {
      if (!(error instanceof ServiceError)) throw error;
      const { status } = toProblem(error, 'x');
      if (status < 400 || status >= 500) throw error;
      return error.code;
    },
  );

  expect(performance.now() - begun).toBeLessThan(MAX_MS);
  expect(process.memoryUsage().rss - before).toBeLessThan(MAX_GROWTH);
  return outcome;
}

const verdictOf = (evidence: Evidence): Promise<string> =>
  outcomeOf(
    verify(app.city.service.verification, { evidence, language: 'en', context: PUBLIC_USE }),
  );

const check = async <T>(
  arbitrary: fc.Arbitrary<T>,
  property: (value: T) => Promise<void>,
  share = 1,
): Promise<void> => {
  await fc.assert(fc.asyncProperty(arbitrary, property), {
    ...{ seed: 20_260_601, numRuns: Math.ceil(RUNS * share), endOnFailure: true },
  });
};

describe('a file with changed bytes', () => {
  it.each<[string, () => Uint8Array]>([
    ['OFD', () => genuine.ofd],
    ['PDF', () => genuine.pdf],
    ['seal', () => seal],
    ['proof', () => proof],
    ['credential', () => Buffer.from(genuine.credential)],
  ])(
    '%s never passes',
    async (_, original) => {
      await check(mutations, async (changes) => {
        const bytes = mutate(original(), changes);
        if (Buffer.compare(bytes, original()) === 0) return;

        const outcome = await verdictOf({ kind: 'file', bytes });

        if (outcome === 'TOTAL-PASSED') {
          expect(isHarmless(bytes, original())).toBe(true);
        }
      });
    },
    60_000,
  );

  it.each<[string, () => Uint8Array]>([
    ['OFD', () => genuine.ofd],
    ['PDF', () => genuine.pdf],
  ])(
    '%s does not pass with any one bit turned',
    async (_, original) => {
      await check(
        fc.tuple(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.nat(7)),
        async ([place, bit]) => {
          const bytes = Uint8Array.from(original());
          const at = Math.floor(place * bytes.length);
          bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);

          expect(await verdictOf({ kind: 'file', bytes })).not.toBe('TOTAL-PASSED');
        },
        2,
      );
    },
    60_000,
  );

  it('is refused or sealed when somebody wants it sealed', async () => {
    await check(
      mutations,
      async (changes) => {
        const request = { esId: app.city.esId, page: 1, xMm: 30, yMm: 40 };
        const bytes = mutate(pdf, changes);
        const outcome = await outcomeOf(
          sealDocument(app.city.service.seals, app.city.people.maker, { ...request, bytes }),
        );

        expect(['done', 'DOCUMENT_MALFORMED', 'REQUEST_MALFORMED']).toContain(outcome);
      },
      0.5,
    );
  }, 60_000);
});

/** White space around JSON and text is no content. */
function isHarmless(bytes: Uint8Array, original: Uint8Array): boolean {
  const text = Buffer.from(bytes).toString('utf8');
  if (text.startsWith('{')) {
    return JSON.stringify(JSON.parse(text)) === Buffer.from(original).toString('utf8');
  }
  return text.trim() === Buffer.from(original).toString('utf8').trim();
}

describe('bytes that are nothing', () => {
  const starts = ['', '%PDF-1.7\n', 'PK\u0003\u0004', '0\u0082', '{"typ":"yinxin-proof"', 'eyJ'];

  it('are refused', async () => {
    const random = fc.tuple(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 2000 }));
    await check(random, async ([start, rest]) => {
      const bytes = Buffer.concat([Buffer.from(start, 'latin1'), rest]);

      expect(await verdictOf({ kind: 'file', bytes })).not.toBe('TOTAL-PASSED');
    });
  });
});

describe('a code', () => {
  const mark = (): number => genuine.code.indexOf('YX1.') + 4;

  it('with changed bytes never passes', async () => {
    const { bytes: original } = parseDocumentCode(genuine.code);
    await check(mutations, async (changes) => {
      const bytes = mutate(original, changes);
      if (Buffer.compare(bytes, original) === 0) return;
      const text = genuine.code.slice(0, mark()) + encodeDigits(bytes);

      expect(await verdictOf({ kind: 'code', text })).not.toBe('TOTAL-PASSED');
    });
  });

  it('with changed characters never passes', async () => {
    const changed = fc.tuple(mutations, fc.boolean());
    await check(changed, async ([changes, isWhole]) => {
      const begin = isWhole ? 0 : mark();
      const bytes = mutate(Buffer.from(genuine.code.slice(begin)), changes);
      const text = genuine.code.slice(0, begin) + Buffer.from(bytes).toString('utf8');
      const isSame = text.includes(genuine.code.slice(mark() - 4));
      const outcome = await verdictOf({ kind: 'code', text });

      if (outcome === 'TOTAL-PASSED') expect(isSame).toBe(true); // only its address differs
    });
  });
});

describe('any text', () => {
  it.each(['code', 'identifier', 'credential'] as const)('as %s is refused', async (kind) => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.string({ unit: fc.constantFrom('0', '1', '9', '.', '~', '-', 'A', '{', '[', '"') }),
      fc.nat(100_000).map((length) => '['.repeat(length)),
    );
    await check(text, async (one) => {
      expect(await verdictOf({ kind, text: one })).toMatch(/^(CODE|DOCUMENT)_MALFORMED$/);
    });
  });
});

describe('over HTTP', () => {
  const isClear = (status: number): boolean => status === 200 || (status >= 400 && status < 500);

  it('any upload has a clear answer', async () => {
    const upload = fc.tuple(fc.constantFrom('ofd', 'pdf'), mutations);
    await check(
      upload,
      async ([format, changes]) => {
        const form = formOf(mutate(genuine[format], changes));
        const { status, body } = await app.send('POST', '/verifications', { form });

        expect(isClear(status)).toBe(true);
        expect(body).toHaveProperty(status === 200 ? 'indication' : 'code');
      },
      0.3,
    );
  }, 60_000);

  it('any body has a clear answer', async () => {
    const json = fc.json({ maxDepth: 4 });
    const body = fc.oneof(
      json,
      fc.string({ unit: 'binary' }),
      json.map((one) => one.slice(1)),
    );
    const type = fc.constantFrom('application/json', 'multipart/form-data; boundary=x', 'text/xml');
    const path = fc.constantFrom('/verifications', '/sessions', '/licences', '/seals', '/imports');
    await check(fc.tuple(body, type, path), async ([raw, contentType, to]) => {
      const headers = { 'content-type': contentType };
      const { status } = await app.send('POST', to, { raw, headers, as: 'maker' });

      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
    });
  }, 60_000);
});
