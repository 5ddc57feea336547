import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DocumentFormat } from '@yinxin/chaincode/model';
import { sha256Hex } from '../../../service/src/documents/digest.ts';
import { verifyOfd } from '../../../service/src/documents/ofd/verifyOfd.ts';
import { writeOfd } from '../../../service/src/documents/ofd/writeOfd.ts';
import { stampLater } from '../../../service/src/documents/stampLater.ts';
import type { TimeStamper } from '../../../service/src/pki/timeStamp/timeStamper.ts';
import { conclude } from '../../../service/src/report.ts';
import { testClock } from '../../support/testClock.ts';
import { TEST_TYPES, testService, type TestService } from '../../support/testService.ts';

const clock = testClock('2026-06-01T08:00:00Z');
let city: TestService;
let files: Readonly<Record<DocumentFormat, Uint8Array>>;
beforeAll(async () => {
  city = await testService({ clock, config: { timeStamping: 'off' } });
  const { identifier } = await city.issue({ typeCode: TEST_TYPES.dual });
  const { licences } = city.service.store;
  files = {
    ofd: (await licences.file(identifier, 'ofd'))!,
    pdf: (await licences.file(identifier, 'pdf'))!,
  };
  clock.advance(60_000);
});
afterAll(async () => {
  await city.remove();
});

const builtIn = (): TimeStamper => city.service.timeStampingAuthority;
const stamp = (
  format: DocumentFormat,
  { bytes = files[format], signatureDigest = null as string | null, using = builtIn() } = {},
): Promise<Uint8Array> => stampLater(using, { format, bytes, signatureDigest });

/** The built-in authority, and SHA-256 of what it was asked to stamp. */
function watched(): { readonly using: TimeStamper; readonly stamped: readonly string[] } {
  const stamped: string[] = [];
  const using: TimeStamper = {
    stamp(data, algorithm) {
      stamped.push(sha256Hex(data));
      return builtIn().stamp(data, algorithm);
    },
  };
  return { using, stamped };
}

describe('a file stamped later', () => {
  it('carries the token inside its seal signature, as an OFD', async () => {
    const { own: trust } = city.service.trust;
    const namesIn = (bytes: Uint8Array): readonly string[] =>
      verifyOfd(bytes, { trust, at: clock.now() }).seals[0]!.checks.map(({ name }) => name);
    expect(namesIn(files.ofd)).not.toContain('signature.timeStamp');

    const stamped = await stamp('ofd');

    expect(namesIn(stamped)).toContain('signature.timeStamp');
    const { checks } = verifyOfd(stamped, { trust, at: clock.now() }).seals[0]!;
    expect(conclude(checks).indication).toBe('TOTAL-PASSED');
  });

  it('is stamped over the signature that is meant, as an OFD', async () => {
    const first = watched();
    await stamp('ofd', { using: first.using });
    const [signatureDigest] = first.stamped;
    const again = watched();

    await stamp('ofd', { using: again.using, signatureDigest: signatureDigest! });

    expect(again.stamped).toEqual([signatureDigest]);
  });

  it('keeps every byte and gets the time-stamp behind them, as a PDF', async () => {
    const stamped = Buffer.from(await stamp('pdf'));

    expect(stamped.subarray(0, files.pdf.length).equals(files.pdf)).toBe(true);
    expect(Buffer.from(files.pdf).includes('ETSI.RFC3161')).toBe(false);
    expect(stamped.subarray(files.pdf.length).includes('ETSI.RFC3161')).toBe(true);
  });
});

describe('a file that takes no time-stamp', () => {
  it('is an OFD without that signature, and nobody is asked for a token', async () => {
    const empty = writeOfd({
      pages: [{ widthMm: 210, heightMm: 297, items: [] }],
      ...{ title: '', author: '', createdAt: clock.now(), metadata: [], attachments: [] },
    });
    const { stamped, using } = watched();
    const malformed = { code: 'DOCUMENT_MALFORMED' };

    await expect(stamp('ofd', { bytes: empty, using })).rejects.toMatchObject(malformed);
    const signatureDigest = '0'.repeat(64);
    await expect(stamp('ofd', { signatureDigest, using })).rejects.toMatchObject(malformed);
    expect(stamped).toEqual([]);
  });

  it.each(['ofd', 'pdf'] as const)('is not %s at all', async (format) => {
    const bytes = Buffer.from('nonsense');

    await expect(stamp(format, { bytes })).rejects.toMatchObject({ code: 'DOCUMENT_MALFORMED' });
  });
});
