import { describe, expect, it } from '@jest/globals';
import { isExportText, parseAuditExport } from '../../../service/src/credentials/auditExport.ts';

const evidence = {
  checkpoint: 'x\n1\n',
  node: { certificationPath: ['AAAA'] },
  ...{ batches: [], records: [] },
};
const file = { type: 'yinxin-audit-export', version: 1, manifest: 'a.b.c', evidence };

describe('the file of an export', () => {
  it('is told by its type', () => {
    expect(isExportText(JSON.stringify(file))).toBe(true);
    expect(isExportText('{"type":"yinxin-receipt"}')).toBe(false);
  });

  it.each<[string, string]>([
    ['no JSON', '{'],
    ['another version', JSON.stringify({ ...file, version: 2 })],
    ['a member too many', JSON.stringify({ ...file, more: 1 })],
    ['a manifest that is no JWS', JSON.stringify(file)],
    ['evidence without records', JSON.stringify({ ...file, evidence: {} })],
    [
      'too many records',
      JSON.stringify({ ...file, evidence: { ...evidence, records: Array(2001).fill(null) } }),
    ],
    ['nothing', 'null'],
  ])('is refused with %s', (_, text) => {
    expect(() => parseAuditExport(text)).toThrow('not ');
  });
});
