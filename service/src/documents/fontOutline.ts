/** One glyph's outline: quadratic curves as TrueType has them. */
export type OutlineCommand =
  | { readonly kind: 'M' | 'L'; readonly x: number; readonly y: number }
  | { readonly kind: 'Q'; readonly cx: number; readonly cy: number; readonly x: number; readonly y: number }
  | { readonly kind: 'Z' };

export interface GlyphOutline {
  readonly advance: number;
  readonly commands: readonly OutlineCommand[];
}
