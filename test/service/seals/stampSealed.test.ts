import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { statePlaces, type DocumentFormat } from '@yinxin/chaincode/model';
import { sha256Hex } from '../../../service/src/documents/digest.ts';
import { verifyOfd } from '../../../service/src/documents/ofd/verifyOfd.ts';
import { writeOfd } from '../../../service/src/documents/ofd/writeOfd.ts';
import { verifyPdf } from '../../../service/src/documents/pdf/verifyPdf.ts';
import { ServiceError } from '../../../service/src/errors.ts';
import type { TimeStamper } from '../../../service/src/pki/timeStamp/timeStamper.ts';
import { conclude, type Check } from '../../../service/src/report.ts';
import { sealDocument, type SealedDocument } from '../../../service/src/seals/sealDocument.ts';
import { stampSealed } from '../../../service/src/seals/stampSealed.ts';
import { faultyRecorder } from '../../support/faultyRecorder.ts';
import { foreignPdf } from '../../support/foreignPdf.ts';
import { testService, type TestService } from '../../support/testService.ts';
import { worldSnapshot } from '../../support/worldSnapshot.ts';

const NOBODY: TimeStamper = {
  stamp: () => Promise.reject(new ServiceError('TSA_UNAVAILABLE', 'out of reach')),
};
const STAMP_CHECKS = { pdf: 'pdf.documentTimeStamp', ofd: 'signature.timeStamp' } as const;
let city: TestService;
beforeAll(async () => {
  city = await testService();
});
afterAll(async () => {
  await city.remove();
});

const ofd = (): Uint8Array =>
  writeOfd({
    pages: [{ widthMm: 210, heightMm: 297, items: [] }],
    ...{ title: '', author: '', createdAt: new Date(), metadata: [], attachments: [] },
  });

/** Seals while no authority is in reach. */
const sealUnstamped = async (format: DocumentFormat = 'pdf'): Promise<SealedDocument> =>
  await sealDocument({ ...city.service.seals, timeStamper: NOBODY }, city.people.maker, {
    ...{ esId: city.esId, page: 1, xMm: 30, yMm: 40 },
    bytes: format === 'ofd' ? ofd() : await foreignPdf(),
  });

const stamp = (id: string, parts = city.service.seals): Promise<void> =>
  stampSealed(parts, city.service.timeStampingAuthority, id);

function checksOf(format: DocumentFormat, bytes: Uint8Array): readonly Check[] {
  const question = { trust: city.service.trust.own, at: city.service.clock.now() };
  return format === 'ofd'
    ? verifyOfd(bytes, question).seals.flatMap(({ checks }) => checks)
    : verifyPdf(bytes, question).signatures.flatMap(({ checks }) => checks);
}

describe('stampSealed', () => {
  it.each(['pdf', 'ofd'] as const)(
    'stamps a sealed %s and records the new file',
    async (format) => {
      const { signature, bytes: earlier } = await sealUnstamped(format);
      expect(signature.timeStamp).toBe('pending');

      await stamp(signature.id);

      const { store, ledger } = city.service;
      const bytes = (await store.seals.signatureFile(signature.id))!;
      const { values } = await ledger.readStates([
        statePlaces.sealedDocument(city.esId, sha256Hex(bytes)),
      ]);
      expect(sha256Hex(bytes)).not.toBe(sha256Hex(earlier));
      expect(values[0]).toMatchObject({ document: { format, sha256: sha256Hex(bytes) } });
      expect(await store.seals.findSignature(signature.id)).toMatchObject({
        ...{ timeStamp: 'stamped', signatureDigest: signature.signatureDigest },
        document: { sha256: sha256Hex(bytes) },
      });
      const checks = checksOf(format, bytes);
      expect(conclude(checks).indication).toBe('TOTAL-PASSED');
      expect(checks.map(({ name }) => name)).toContain(STAMP_CHECKS[format]);
      expect(checksOf(format, earlier).map(({ name }) => name)).not.toContain(STAMP_CHECKS[format]);
    },
  );

  it('writes nothing while no authority is in reach', async () => {
    const { signature } = await sealUnstamped();
    const before = await worldSnapshot(city);

    await expect(stampSealed(city.service.seals, NOBODY, signature.id)).rejects.toMatchObject({
      code: 'TSA_UNAVAILABLE',
    });

    expect(await worldSnapshot(city)).toEqual(before);
  });

  it('keeps the earlier file when the ledger refuses', async () => {
    const { signature, bytes } = await sealUnstamped();
    const { seals, store } = city.service;
    const recorder = faultyRecorder(seals.recorder, 'refuses');

    await expect(stamp(signature.id, { ...seals, recorder })).rejects.toBeInstanceOf(ServiceError);

    const [act] = recorder.seen;
    expect(act?.act.act).toBe('seal.putDocument');
    expect(sha256Hex((await store.seals.signatureFile(signature.id))!)).toBe(sha256Hex(bytes));
    expect(await store.seals.findSignature(signature.id)).toMatchObject({ timeStamp: 'pending' });
  });

  it('knows only what was sealed here', async () => {
    await expect(stamp('01JZZZZZZZZZZZZZZZZZZZZZZZ')).rejects.toMatchObject({
      code: 'DOCUMENT_NOT_FOUND',
    });
  });
});
