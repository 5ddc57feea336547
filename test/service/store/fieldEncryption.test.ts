import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  deriveFieldKeys,
  normaliseHolderCode,
  openBytes,
  openText,
  sealBytes,
  sealText,
} from '../../../service/src/store/fieldEncryption.ts';

const keys = deriveFieldKeys(new Uint8Array(32).fill(1));
const key = keys.serviceKey('test');
const place = { table: 'Licence', column: 'holderSealed', id: 'x' };

describe('sealed fields', () => {
  it('open to what was sealed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (plain) => {
        const opened = openBytes(key, place, sealBytes(key, place, plain));
        expect(Uint8Array.from(opened)).toStrictEqual(Uint8Array.from(plain));
      }),
    );
  });

  it('differ each time', () => {
    const sealed = Array.from({ length: 2000 }, () => sealText(key, place, '张三').toString('hex'));

    expect(new Set(sealed).size).toBe(2000);
  });

  it('do not open after any byte changed', () => {
    const sealed = sealText(key, place, '张三');

    for (let position = 0; position < sealed.length; position++) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(position) ^ 1, position);
      expect(() => openText(key, place, changed)).toThrow('does not open');
    }
  });

  it.each([
    ['table', { ...place, table: 'Account' }],
    ['column', { ...place, column: 'fieldsSealed' }],
    ['row', { ...place, id: 'y' }],
  ])('do not open in another %s', (_, elsewhere) => {
    expect(() => openText(key, elsewhere, sealText(key, place, '张三'))).toThrow('does not open');
  });

  it('do not open under another key', () => {
    const other = deriveFieldKeys(new Uint8Array(32).fill(2)).serviceKey('test');

    expect(() => openText(other, place, sealText(key, place, '张三'))).toThrow('does not open');
    expect(() => openText(keys.serviceKey('else'), place, sealText(key, place, '张三'))).toThrow();
  });

  it('do not open when cut short', () => {
    expect(() => openBytes(key, place, new Uint8Array(28))).toThrow('does not open');
  });
});

describe('keyed hashes', () => {
  it('are the same for the same value and domain only', () => {
    const hash = keys.keyedHash('holder', 'a');

    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(keys.keyedHash('holder', 'a')).toBe(hash);
    expect(keys.keyedHash('actor', 'a')).not.toBe(hash);
    expect(deriveFieldKeys(new Uint8Array(32)).keyedHash('holder', 'a')).not.toBe(hash);
  });

  it.each([
    ['11010519491231002x', '11010519491231002X'],
    [' 1101 0519 4912 3100 2X ', '11010519491231002X'],
    ['１１０１０５１９４９１２３１００２Ｘ', '11010519491231002X'],
  ])('are over one form of a code: %s', (written, form) => {
    expect(normaliseHolderCode(written)).toBe(form);
  });
});

describe('a master key of another length', () => {
  it('is refused', () => {
    expect(() => deriveFieldKeys(new Uint8Array(16))).toThrow('32 bytes');
  });
});
