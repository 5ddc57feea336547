/** The verdict table for documents sealed outside of issuing, and for seals: file, code, seal file, proof. */
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ServiceError } from '../../service/src/errors.ts';
import { writeOfd } from '../../service/src/documents/ofd/writeOfd.ts';
import { sealProof } from '../../service/src/proofs/proofs.ts';
import { actOnSeal, type SealLifecycleRequest } from '../../service/src/seals/actOnSeal.ts';
import { sealDocument } from '../../service/src/seals/sealDocument.ts';
import { PUBLIC_USE } from '../../service/src/usage/recordUse.ts';
import { verify, type Evidence } from '../../service/src/verification/verifier.ts';
import { addSealedType } from '../support/evidence.ts';
import { faultyRecorder } from '../support/faultyRecorder.ts';
import { foreignPdf } from '../support/foreignPdf.ts';
import { repack, turnBit } from '../support/repack.ts';
import { testClock } from '../support/testClock.ts';
import { testService, type TestService } from '../support/testService.ts';

const DAY_MS = 86_400_000;
const clock = testClock('2026-06-01T02:00:00.000Z');
let city: TestService;
let suffix = 700;
beforeAll(async () => {
  city = await testService({ clock });
});
afterAll(async () => {
  await city.remove();
});
afterEach(() => {
  jest.restoreAllMocks();
});

interface Sealed {
  readonly esId: string;
  readonly id: string;
  readonly pdf: Uint8Array;
  readonly ofd: Uint8Array;
  readonly pdfCode: string;
  readonly ofdCode: string;
}
const ENTRANCES = ['pdf', 'ofd', 'pdfCode', 'ofdCode'] as const;
type Entrance = (typeof ENTRANCES)[number];

const ofd = (): Uint8Array =>
  writeOfd({
    pages: [{ widthMm: 210, heightMm: 297, items: [] }],
    ...{ title: '', author: '', createdAt: clock.now(), metadata: [], attachments: [] },
  });

/** Seals one document of each format under a seal of its own. */
async function seal(): Promise<Sealed> {
  suffix += 1;
  const { sealEsId: esId } = await addSealedType(city, String(suffix));
  clock.advance(1000);
  const { seals } = city.service;
  const request = { esId, page: 1, xMm: 30, yMm: 40 };
  const ofPdf = await sealDocument(seals, city.people.maker, {
    ...request,
    bytes: await foreignPdf(),
  });
  const ofOfd = await sealDocument(seals, city.people.maker, { ...request, bytes: ofd() });
  clock.advance(1000);
  return {
    ...{ esId, id: ofPdf.signature.id, pdf: ofPdf.bytes, ofd: ofOfd.bytes },
    ...{ pdfCode: ofPdf.signature.codeText!, ofdCode: ofOfd.signature.codeText! },
  };
}

async function act(
  { esId }: Sealed,
  name: SealLifecycleRequest['name'],
  effectiveFrom: Date | null,
): Promise<void> {
  const request = { name, reason: 'keyCompromise', effectiveFrom } as const;
  await actOnSeal(city.service.seals, city.people.sealMaker, esId, request);
  clock.advance(1000);
}

async function ask(evidence: Evidence, times: { at?: Date; knownAt?: Date } = {}): Promise<string> {
  const { indication, subIndication } = await verify(city.service.verification, {
    ...{ evidence, language: 'en', context: PUBLIC_USE },
    ...times,
  });
  return subIndication === null ? indication : `${indication} ${subIndication}`;
}

const evidenceOf = (sealed: Sealed, entrance: Entrance): Evidence =>
  entrance === 'pdf' || entrance === 'ofd'
    ? { kind: 'file', bytes: sealed[entrance] }
    : { kind: 'code', text: sealed[entrance] };

const askAll = async (
  sealed: Sealed,
  times: { at?: Date; knownAt?: Date } = {},
): Promise<readonly string[]> =>
  await Promise.all(ENTRANCES.map((entrance) => ask(evidenceOf(sealed, entrance), times)));
const four = (verdict: string): readonly string[] => ENTRANCES.map(() => verdict);

describe('a sealed document', () => {
  it('passes by file and by code', async () => {
    expect(await askAll(await seal())).toEqual(four('TOTAL-PASSED'));
  });

  it('passes after its seal was revoked', async () => {
    const sealed = await seal();
    await act(sealed, 'revoke', null);

    expect(await askAll(sealed)).toEqual(four('TOTAL-PASSED'));
  });

  it.each([
    ['revoke', 'SEAL_REVOKED'],
    ['suspend', 'SEAL_SUSPENDED_AT_SIGNING'],
  ] as const)('fails after a %s that reaches back', async (name, subIndication) => {
    const sealed = await seal();
    const knownAt = clock.now();
    clock.advance(1000);
    await act(sealed, name, new Date(clock.now().getTime() - 2500));

    expect(await askAll(sealed)).toEqual(four(`TOTAL-FAILED ${subIndication}`));
    expect(await askAll(sealed, { knownAt })).toEqual(four('TOTAL-PASSED')); // not yet known then
  });

  it('was none yet before it was sealed', async () => {
    const before = clock.now();
    clock.advance(1000);
    const sealed = await seal();
    const [pdf, ofdVerdict, ...codes] = await askAll(sealed, { at: before });

    expect([pdf, ofdVerdict]).toEqual(['TOTAL-FAILED NOT_YET_VALID', 'TOTAL-FAILED NOT_YET_VALID']);
    expect(codes).toEqual(['TOTAL-FAILED NOT_YET_VALID', 'TOTAL-FAILED NOT_YET_VALID']);
    expect(await askAll(sealed, { knownAt: before })).toEqual(four('INDETERMINATE NOT_RECORDED'));
  });

  it('says try later with the ledger out of reach, and records the use', async () => {
    const sealed = await seal();
    const { ledger, store } = city.service;
    const unavailable = new ServiceError('LEDGER_UNAVAILABLE', 'out of reach');
    jest.spyOn(ledger, 'readStates').mockRejectedValue(unavailable);
    jest.spyOn(ledger, 'history').mockRejectedValue(unavailable);

    const verdicts = await askAll(sealed);

    const uses = await store.usage.list({ esId: sealed.esId }, { limit: 10 });
    expect(verdicts).toEqual(four('INDETERMINATE TRY_LATER'));
    expect(uses.items).toHaveLength(4);
  });

  it('fails when bytes were changed', async () => {
    const { pdf, ofd: package_, pdfCode } = await seal();
    const page = Buffer.from('<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016"/>');
    const name = 'Doc_0/Pages/Page_0/Content.xml';
    const lastDigit = pdfCode.endsWith('1') ? '2' : '1';

    expect(await ask({ kind: 'file', bytes: turnBit(pdf, 20) })).toMatch(/^TOTAL-FAILED/);
    expect(await ask({ kind: 'file', bytes: repack(package_, { [name]: page }) })).toBe(
      'TOTAL-FAILED HASH_FAILURE',
    );
    expect(await ask({ kind: 'code', text: pdfCode.slice(0, -1) + lastDigit })).toMatch(
      /^TOTAL-FAILED|^INDETERMINATE/,
    );
  });

  it('fails when content was added', async () => {
    const sealed = await seal();
    const longer = Buffer.concat([sealed.pdf, Buffer.from('\n1 0 obj\nnull\nendobj\n')]);
    const fuller = repack(sealed.ofd, { 'Doc_0/Added.xml': Buffer.from('<added/>') });

    expect(await ask({ kind: 'file', bytes: longer })).toBe('TOTAL-FAILED UNSIGNED_CONTENT');
    expect(await ask({ kind: 'file', bytes: fuller })).toBe('TOTAL-FAILED UNSIGNED_CONTENT');
  });

  it('that nobody recorded is none that can be told of', async () => {
    const { esId } = await seal();
    const { seals } = city.service;
    const recorder = faultyRecorder(seals.recorder, 'diesBefore');
    let bytes = new Uint8Array();
    let code = '';
    const store = {
      ...seals.store,
      seals: {
        ...seals.store.seals,
        stageSignature: async (
          ...[signature, file]: Parameters<typeof seals.store.seals.stageSignature>
        ) => {
          bytes = Uint8Array.from(file!);
          code = signature.codeText!;
          await Promise.reject(new Error('not to be written'));
        },
      },
    };
    await sealDocument({ ...seals, store, recorder }, city.people.maker, {
      ...{ bytes: ofd(), esId, page: 1, xMm: 30, yMm: 40 },
    }).catch(() => undefined);

    expect(await ask({ kind: 'file', bytes })).toBe('INDETERMINATE NOT_RECORDED');
    expect(await ask({ kind: 'code', text: code })).toBe('INDETERMINATE NOT_RECORDED');
  });

  it('outlives the certificates of its signers', async () => {
    const sealed = await seal();
    const now = clock.now();
    clock.advance(11 * 365 * DAY_MS);

    expect(await askAll(sealed)).toEqual(four('TOTAL-PASSED'));
    clock.set(now);
  });
});

describe('a seal', () => {
  const fileOf = async (esId: string): Promise<Evidence> => ({
    kind: 'file',
    bytes: (await city.service.store.seals.file(esId))!,
  });

  it('passes while it is valid, and is called what it becomes', async () => {
    const sealed = await seal();
    const evidence = await fileOf(sealed.esId);
    const verdicts = [await ask(evidence)];
    for (const name of ['suspend', 'reinstate', 'revoke'] as const) {
      await act(sealed, name, null);
      verdicts.push(await ask(evidence));
    }

    expect(verdicts).toEqual([
      'TOTAL-PASSED',
      'TOTAL-FAILED SEAL_SUSPENDED_AT_SIGNING',
      'TOTAL-PASSED',
      'TOTAL-FAILED SEAL_REVOKED',
    ]);
  });

  it('says try later with the ledger out of reach', async () => {
    const evidence = await fileOf(city.esId);
    const unavailable = new ServiceError('LEDGER_UNAVAILABLE', 'out of reach');
    jest.spyOn(city.service.ledger, 'readStates').mockRejectedValue(unavailable);

    expect(await ask(evidence)).toBe('INDETERMINATE TRY_LATER');
  });

  it('has evidence that passes, and fails when it was changed', async () => {
    const { store, ledger, verification } = city.service;
    const proof = await sealProof({ store, ledger, trust: verification.trust }, city.esId);
    const text = JSON.stringify(proof);
    const name = proof.acts[0]!.act.act.body as { name: string };
    const changed = text.replace(name.name, `${name.name}二`);

    expect(await ask({ kind: 'file', bytes: Buffer.from(text) })).toBe('TOTAL-PASSED');
    expect(await ask({ kind: 'file', bytes: Buffer.from(changed) })).toMatch(/^TOTAL-FAILED/);
  });
});
