import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
// @ts-expect-error -- a script without types
import { drawIcon, ICONS } from '../../scripts/drawIcons.mjs';

interface Icon {
  readonly name: string;
  readonly size: number;
}
const draw = drawIcon as (icon: Icon) => Buffer;
const PUBLIC = join(import.meta.dirname, '../../web/public/icons');
const sizeOf = (png: Buffer): readonly number[] => [png.readUInt32BE(16), png.readUInt32BE(20)];

describe('the icons of the page', () => {
  it.each(ICONS as readonly Icon[])('$name is drawn as it is kept', (icon) => {
    const kept = readFileSync(join(PUBLIC, icon.name));

    expect(sizeOf(kept)).toEqual([icon.size, icon.size]);
    expect(sizeOf(draw(icon))).toEqual([icon.size, icon.size]);
  });
});
