import type { Made } from '../nodes/node-class.ts';
import type { Raster } from './scene.ts';
import { createCoverage, drawText, wrapText, type FontName } from './text.ts';

const PROMPT_FONT: FontName = 'DejaVuSans-Bold';
const NOTE_FONT: FontName = 'DejaVuSans';
const MOST_LINES = 4;
const DARKEST = 0.72;
/** Smaller pictures have no room for words. */
const LEAST_WIDTH = 128;

/** Prompt and seed at an edge of a picture, ready to be laid over many frames of the same size. */
export interface Caption {
  /** The first row that it covers. */
  top: number;
  /** For each pixel from there on: how dark the ground becomes, and how much of it is letter; 0 to 1. */
  shade: Float32Array;
  letters: Float32Array;
}

const noteOf = ({ seed, width, height, count = 1, fps }: Made): string =>
  [
    ...(seed === undefined ? [] : [`seed ${seed}`]),
    `${width}×${height}`,
    ...(fps === undefined ? [] : [`${count} frames at ${fps} fps`]),
    'simulated',
  ].join('  ·  ');

/** At the foot; at the head when the picture came in as a file, since it may have a caption of its own. */
export function createCaption(made: Made, width: number, height: number): Caption | undefined {
  if (made.text === undefined || width < LEAST_WIDTH) return undefined;
  const size = Math.max(10, Math.round(Math.sqrt(width * height) / 26));
  const small = Math.max(8, Math.round(size * 0.58));
  const margin = Math.round(size * 1.1);
  const lines = wrapText(PROMPT_FONT, made.text, size, width - 2 * margin, MOST_LINES);
  const step = Math.round(size * 1.28);
  const tall = Math.min(height, Math.round(margin * 2.2 + lines.length * step + small * 1.5));
  const coverage = createCoverage(width, tall);
  const atHead = made.file !== undefined;
  const fade = tall - margin - Math.round(small * 1.5) - lines.length * step;
  const firstLine = atHead ? margin : fade;
  for (const [index, line] of lines.entries())
    drawText(coverage, PROMPT_FONT, line, { x: margin, y: firstLine + index * step, size });
  drawText(coverage, NOTE_FONT, noteOf(made), {
    x: margin,
    y: firstLine + lines.length * step + Math.round(small * 0.5),
    size: small,
  });
  const shade = new Float32Array(width * tall);
  for (let y = 0; y < tall; y++)
    shade.fill(DARKEST * Math.min(1, ((atHead ? tall - y : y) / (fade + 1)) ** 0.8), y * width, (y + 1) * width);
  return { top: atHead ? 0 : height - tall, shade, letters: coverage.read() };
}

/** Lays it over a picture, in place. */
export function layCaption({ rgb, width }: Raster, { top, shade, letters }: Caption): void {
  for (let index = 0, at = top * width * 3; index < shade.length; index++) {
    const light = 1 - (shade[index] ?? 0);
    const letter = letters[index] ?? 0;
    for (let part = 0; part < 3; part++, at++) rgb[at] = (rgb[at] ?? 0) * light * (1 - letter) + 250 * letter;
  }
}
