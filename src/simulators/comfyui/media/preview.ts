import { hash } from '../../noise.ts';
import type { Made } from '../nodes/node-class.ts';
import { loadCanvas } from './canvas.ts';
import { paintScene } from './scene.ts';

/** Blocks on the longer side, and how many pixels wide each of them is. */
const BLOCKS = 24;
const BLOCK_PIXELS = 8;

/**
 * The preview of a sampler: the picture in blocks, coming out of noise.
 * @param share of the steps that are done, 0 to 1.
 */
export async function previewJpeg(made: Made, share: number): Promise<Buffer> {
  const { width = 512, height = 512 } = made;
  const { createCanvas } = await loadCanvas();
  const scale = BLOCKS / Math.max(width, height);
  const [columns, rows] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const small = createCanvas(columns, rows);
  const context = small.getContext('2d');
  paintScene(context, made);
  for (let at = 0; at < columns * rows; at++) {
    context.fillStyle = `hsla(${360 * hash(at, Math.round(share * 1000))}, 60%, 50%, ${1 - share ** 0.7})`;
    context.fillRect(at % columns, Math.floor(at / columns), 1, 1);
  }
  const large = createCanvas(columns * BLOCK_PIXELS, rows * BLOCK_PIXELS);
  const blocks = large.getContext('2d');
  blocks.imageSmoothingEnabled = false;
  blocks.drawImage(small, 0, 0, large.width, large.height);
  return large.encode('jpeg');
}
