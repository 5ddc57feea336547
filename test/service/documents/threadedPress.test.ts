import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inlinePress, type DocumentPress } from '../../../service/src/documents/documentPress.ts';
import type {
  LicenceFile,
  LicenceFilesOrder,
} from '../../../service/src/documents/licenceFiles.ts';
import { MAX_REMEMBERED_SEALS } from '../../../service/src/documents/pressMessages.ts';
import { threadedPress } from '../../../service/src/documents/threadedPress.ts';
import { drawSealPicture } from '../../../service/src/sealing/sealPicture.ts';
import { testCity, type TestCity } from '../../support/testCa.ts';
import { buildSeal, SEALED_AT } from '../../support/testSeal.ts';

let city: TestCity;
let press: DocumentPress;
const SIGNATURE = { value: new Uint8Array(64).fill(1), timeStampToken: null };

let order: LicenceFilesOrder;
beforeAll(async () => {
  city = await testCity();
  press = threadedPress(1);
  order = {
    layout: {
      type: { name: '食品经营许可证', layout: {} },
      licence: {
        identifier: '1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.F',
        serial: '2430599',
        holder: { name: '欧阳静宜', code: '330402199003079985' },
        fields: { premises: '南湖市中山路1号' },
        issuer: { name: city.authority.name },
        validFrom: SEALED_AT,
        validUntil: null,
        issuedOn: SEALED_AT,
      },
    },
    codeText: 'YX1.123456',
    formats: ['ofd', 'pdf'],
    createdAt: SEALED_AT,
    metadata: [{ name: 'ZZMC', value: '食品经营许可证' }],
    content: Buffer.from('{}'),
    intermediatesPem: city.intermediatesPem,
    seal: {
      file: await buildSeal(city),
      picture: drawSealPicture({ name: city.authority.name, number: '33040200000017' }),
    },
    certificationPaths: {
      ofd: city.documentSignerSm2.certificationPath,
      pdf: city.documentSignerEs256.certificationPath,
    },
    timeStampReserveBytes: 0,
  };
});
afterAll(async () => {
  await press.close();
});

/** Any signature values do: whether they are right is for others to say. */
async function make(by: DocumentPress, wanted = order): Promise<readonly LicenceFile[]> {
  const pending = await by.prepare(wanted);
  return await pending.complete(pending.toBeSigned.map(() => SIGNATURE));
}

function withSerial(serial: string): LicenceFilesOrder {
  const { type, licence } = order.layout;
  return { ...order, layout: { type, licence: { ...licence, serial } } };
}

describe('a press on threads', () => {
  it('makes the very files that the caller’s own thread makes', async () => {
    const [beside, inline] = [await make(press), await make(inlinePress)];

    expect(beside.map(({ format }) => format)).toStrictEqual(['ofd', 'pdf']);
    expect(beside.map(({ digest }) => digest)).toStrictEqual(inline.map(({ digest }) => digest));
    expect(Buffer.compare(beside[0]!.bytes, inline[0]!.bytes)).toBe(0);
  });

  it('keeps many orders apart', async () => {
    const serials = Array.from({ length: 20 }, (_, index) => `20260000${index}`);

    const made = await Promise.all(serials.map((serial) => make(press, withSerial(serial))));

    const inline = await Promise.all(
      serials.map((serial) => make(inlinePress, withSerial(serial))),
    );
    expect(made.map((files) => files[0]?.digest)).toStrictEqual(
      inline.map((files) => files[0]?.digest),
    );
  });

  it('serves more callers than it has open at once, in their turn', async () => {
    const wanted = { ...order, formats: ['pdf'] } as const;

    const made = await Promise.all(Array.from({ length: 150 }, () => make(press, wanted)));

    expect(new Set(made.map((files) => files[0]?.digest.sha256)).size).toBe(1);
  });

  it('does not mix up seals, also when there are more than it remembers', async () => {
    const file = order.seal.file;
    const seals = Array.from({ length: MAX_REMEMBERED_SEALS + 2 }, () => Uint8Array.from(file));

    for (const [index, copy] of [...seals, ...seals.slice(0, 2)].entries()) {
      const pending = await press.prepare({
        ...order,
        formats: ['pdf'],
        codeText: `YX1.${index}`,
        seal: { ...order.seal, file: copy },
      });
      pending.discard();
    }

    const [ofd] = await make(press, { ...order, seal: { ...order.seal, file: seals[0]! } });
    expect(ofd?.digest).toStrictEqual((await make(inlinePress))[0]?.digest);
  });

  it('hands an error over with its code, and goes on', async () => {
    const { type, licence } = order.layout;
    const holder = { name: '\u{2a6de}', code: '1' };
    const unprintable = { ...order, layout: { type, licence: { ...licence, holder } } };

    await expect(press.prepare(unprintable)).rejects.toMatchObject({ code: 'GLYPH_MISSING' });
    await expect(make(press)).resolves.toHaveLength(2);
  });

  it('completes nothing twice', async () => {
    const pending = await press.prepare(order);
    const signatures = pending.toBeSigned.map(() => SIGNATURE);
    await pending.complete(signatures);

    await expect(pending.complete(signatures)).rejects.toThrow('nothing was prepared');
  });

  it('fails what is under way when it is closed', async () => {
    const closing = threadedPress(1);

    const pending = await closing.prepare(order);
    const signatures = pending.toBeSigned.map(() => SIGNATURE);

    const [outcome] = await Promise.allSettled([pending.complete(signatures), closing.close()]);

    expect(outcome).toMatchObject({
      status: 'rejected',
      reason: { message: 'a thread that makes documents ended' },
    });
    await expect(closing.prepare(order)).rejects.toThrow('no documents are made any more');
  });
});
