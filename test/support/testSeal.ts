/** Seals and sealed OFDs of a test city. */
import type { Drawing, SealPlacement } from '../../service/src/documents/drawing.ts';
import type { OfdContent } from '../../service/src/documents/ofd/ofdContent.ts';
import type { OfdSeal } from '../../service/src/documents/ofd/ofdSeal.ts';
import { writeSealImage } from '../../service/src/documents/ofd/writeOfd.ts';
import { sealOfd } from '../../service/src/documents/ofd/sealOfd.ts';
import type { Signer } from '../../service/src/keys/signer.ts';
import { prepareSeal, type SealFacts } from '../../service/src/sealing/seal.ts';
import type { TestCity } from './testCa.ts';

export const SEALED_AT = new Date('2026-06-01T08:00:00Z');

const STAR: Drawing = {
  widthMm: 42,
  heightMm: 42,
  items: [
    {
      kind: 'path',
      d: 'M 21 1 L 41 41 L 1 15 L 41 15 L 1 41 Z',
      fill: '#d7000f',
      stroke: null,
      strokeWidthMm: 0,
    },
  ],
};

export function leafOf(signer: Signer): Uint8Array {
  return signer.certificationPath[0]!;
}

/** A seal of the city's authority, valid in 2026 and 2027, made and signed by the city's seal maker. */
export function buildSealFacts(city: TestCity, overrides: Partial<SealFacts> = {}): SealFacts {
  return {
    vendorId: 'YINXIN',
    esId: '33040200000017',
    type: 1,
    name: '南湖市市场监督管理局电子证照专用章',
    signers: { kind: 'certificates', certificates: [leafOf(city.documentSignerSm2)] },
    createdAt: new Date('2026-01-02T00:00:00Z'),
    validFrom: new Date('2026-01-02T00:00:00Z'),
    validUntil: new Date('2027-12-31T16:00:00Z'),
    image: { type: 'ofd', bytes: writeSealImage(STAR), widthMm: 42, heightMm: 42 },
    ...overrides,
  };
}

/** @param maker - the city's seal maker if not given. */
export async function buildSeal(
  city: TestCity,
  overrides: Partial<SealFacts> = {},
  maker: Signer = city.sealMaker,
): Promise<Uint8Array> {
  const prepared = prepareSeal(buildSealFacts(city, overrides), leafOf(maker));
  return prepared.complete(await maker.sign(prepared.toBeSigned));
}

export const PLACEMENT: SealPlacement = { page: 1, xMm: 120, yMm: 220, widthMm: 42, heightMm: 42 };

/** One page with Chinese and Latin text, a path and a small QR-like symbol; the city's chain attached. */
export function buildOfdContent(city: TestCity, overrides: Partial<OfdContent> = {}): OfdContent {
  return {
    pages: [
      {
        widthMm: 210,
        heightMm: 297,
        items: [
          {
            kind: 'path',
            d: 'M 10 10 L 200 10 C 200 99 150 287 10 287 Z',
            fill: null,
            stroke: '#800000',
            strokeWidthMm: 0.5,
          },
          {
            kind: 'text',
            text: '食品经营许可证 & <No. 1>',
            xMm: 30,
            yMm: 40,
            sizeMm: 8,
            colour: '#102030',
          },
          {
            kind: 'qr',
            xMm: 20,
            yMm: 250,
            moduleMm: 0.4,
            modules: [
              [true, true, false],
              [true, true, true],
              [false, false, true],
            ],
          },
        ],
      },
    ],
    title: '食品经营许可证',
    author: '南湖市市场监督管理局',
    createdAt: SEALED_AT,
    metadata: [
      {
        name: 'ZZBS',
        value: '1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.F',
      },
      { name: 'KZ_note', value: 'a & <b> "c"\n' },
    ],
    attachments: [
      {
        name: 'certificates.pem',
        format: 'pem',
        bytes: Buffer.from(city.intermediatesPem, 'latin1'),
      },
    ],
    ...overrides,
  };
}

/** @param overrides - `seal` a fresh one, signed by the authority's SM2 document signer if not given. */
export async function buildOfd(
  city: TestCity,
  overrides: Partial<OfdSeal> = {},
  signer: Signer = city.documentSignerSm2,
): Promise<Uint8Array> {
  const prepared = sealOfd(buildOfdContent(city), {
    seal: overrides.seal ?? (await buildSeal(city)),
    placements: [PLACEMENT],
    signerCertificate: leafOf(signer),
    signedAt: SEALED_AT,
    ...overrides,
  });
  return prepared.complete(await signer.sign(prepared.toBeSigned));
}
