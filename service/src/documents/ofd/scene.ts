/** A page as a flat list of things to paint, the same for SVG and PNG. Millimetres, origin top left, y downwards. */
import type { Colour } from '../drawing.ts';
import type { Matrix } from '../glyphPath.ts';

export interface Scene {
  readonly widthMm: number;
  readonly heightMm: number;
  /** In the order they are painted. */
  readonly items: readonly SceneItem[];
  /** Objects that could not be drawn, such as pictures in formats that are not read. */
  readonly omitted: number;
}

export type SceneItem = ScenePath | SceneImage | SceneText;

interface Painted {
  /** Outermost first; nothing shows outside of any of them. */
  readonly clips: readonly SceneClip[];
  /** 0 to 1. */
  readonly alpha: number;
}

/** A union of paths, SVG path syntax. */
export type SceneClip = readonly { readonly d: string; readonly matrix: Matrix }[];

export interface ScenePath extends Painted {
  readonly kind: 'path';
  /** SVG path syntax, absolute commands, finite numbers only. */
  readonly d: string;
  readonly matrix: Matrix;
  readonly fill: Colour | null;
  readonly fillRule: 'nonzero' | 'evenodd';
  readonly stroke: Stroke | null;
}

export interface Stroke {
  readonly colour: Colour;
  readonly width: number;
  readonly join: 'miter' | 'round' | 'bevel';
  readonly cap: 'butt' | 'round' | 'square';
  readonly dash: readonly number[];
}

export interface SceneImage extends Painted {
  readonly kind: 'image';
  readonly bytes: Uint8Array;
  readonly mediaType: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/bmp';
  /** From the unit square to the page. */
  readonly matrix: Matrix;
  /** A seal's picture darkens what it lies on. */
  readonly multiplies: boolean;
}

/** Characters that no font at hand can outline, drawn by whatever font the viewer has. */
export interface SceneText extends Painted {
  readonly kind: 'text';
  readonly text: string;
  /** From ems, y downwards, to the page. */
  readonly matrix: Matrix;
  readonly colour: Colour;
}
