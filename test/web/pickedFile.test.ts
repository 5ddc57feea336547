import { describe, expect, it } from '@jest/globals';

import { recogniseFile } from '../../web/src/pickedFile.ts';

describe('recogniseFile', () => {
  it.each([
    ['document', '%PDF-1.7'],
    ['document', 'PK\u0003\u0004'],
    ['document', 'B'],
    ['picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d)],
    ['picture', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)],
    ['picture', 'RIFF\u0001\u0002\u0003\u0004WEBP'],
    ['empty', ''],
  ] as const)('finds a %s by its first bytes', async (kind, bytes) => {
    expect(await recogniseFile(new Blob([bytes]))).toBe(kind);
  });
});
