import type { Drawing } from '../documents/drawing.ts';

/** What a round official seal shows. */
export interface SealPictureText {
  /** 单位名称, along the ring: 4 to 30 characters. */
  readonly name: string;
  /** Straight line below the star, such as 电子证照专用章; at most 12 characters. */
  readonly bottomLine?: string;
  /** Small figures along the lower rim, such as a seal number; at most 18 characters. */
  readonly number?: string;
}

/** 42 mm × 42 mm, paths only; see {@link drawSealPicture}. */
export type SealPicture = Drawing;
