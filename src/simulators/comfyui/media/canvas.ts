import { createRequire } from 'node:module';
import type * as CanvasModule from '@napi-rs/canvas';
import type { Canvas } from '@napi-rs/canvas';

export type CanvasLibrary = typeof CanvasModule;

async function load(): Promise<CanvasLibrary> {
  const canvas = await import('@napi-rs/canvas');
  const { resolve } = createRequire(import.meta.url);
  for (const name of ['DejaVuSans', 'DejaVuSans-Bold'])
    canvas.GlobalFonts.registerFromPath(resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`), name);
  return canvas;
}

let loaded: Promise<CanvasLibrary> | undefined;

/**
 * The 2D canvas that the pictures are painted with, and its fonts. It is large and a development dependency, so it is
 * loaded for the first picture only.
 * @throws when the package is not installed.
 */
export const loadCanvas = (): Promise<CanvasLibrary> => (loaded ??= load());

/** Red, green, blue and alpha of each pixel, row by row. */
export const pixelsOf = (canvas: Canvas): Uint8ClampedArray =>
  canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
