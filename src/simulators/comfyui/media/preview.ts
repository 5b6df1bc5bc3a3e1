import { hash, mix } from '../../noise.ts';
import type { Made } from '../nodes/node-class.ts';
import { encodeMosaic } from './jpeg-mosaic.ts';
import { paintScene } from './scene.ts';

/** Blocks on the longer side; each is 8 pixels wide. */
const BLOCKS = 24;

/** What a sampler shows of its work: the picture in blocks, coming out of noise. @param share of the steps that are done, 0 to 1. */
export function previewJpeg(made: Made, share: number): Buffer {
  const { width = 512, height = 512 } = made;
  const scale = BLOCKS / Math.max(width, height);
  const [columns, rows] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const { rgb } = paintScene(made, columns, rows);
  const noisy = rgb.map((value, at) => mix(hash(at, Math.round(share * 1000)) * 255, value, share ** 0.7));
  return encodeMosaic(columns, rows, noisy);
}
