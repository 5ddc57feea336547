import type {
  DocumentCodeInput,
  LicenceCodeInput,
  SealSignatureCodeInput,
} from '../../service/src/credentials/documentCode.ts';

export const PUBLIC_URL = 'https://licences.example.cn';
const KEY_ID = '0123456789abcdef'.repeat(4);

export function buildLicenceSubject(overrides: Partial<LicenceCodeInput> = {}): LicenceCodeInput {
  return {
    kind: 'licence',
    typeCode: '11100000000013338W032',
    serial: '2430599',
    version: 1,
    contentDigest: '00112233445566778899aabbccddeeff',
    holder: { name: '张三', kind: 'person' },
    validUntil: new Date('2030-12-31T15:59:59.999Z'),
    status: { list: 0, index: 7 },
    ...overrides,
  };
}

export function buildSealSignatureSubject(
  overrides: Partial<SealSignatureCodeInput> = {},
): SealSignatureCodeInput {
  return {
    kind: 'seal-signature',
    esId: '11010100000001',
    format: 'pdf',
    actId: '01JXA5T2Z8Q4N6M0K7H3B1C9DE',
    contentDigest: 'ffeeddccbbaa99887766554433221100',
    holder: { name: '某某市行政审批局', kind: 'organisation' },
    ...overrides,
  };
}

/** A licence's code of 2026-03-01; valid to the end of 2030 in Asia/Shanghai. */
export function buildCodeInput(overrides: Partial<DocumentCodeInput> = {}): DocumentCodeInput {
  return {
    signer: { algorithm: 'ES256', keyId: KEY_ID },
    publicUrl: PUBLIC_URL,
    issuer: '11220000013544541J',
    issuedAt: new Date('2026-03-01T02:03:04.000Z'),
    subject: buildLicenceSubject(),
    ...overrides,
  };
}
