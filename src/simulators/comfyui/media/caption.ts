import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Made } from '../nodes/node-class.ts';

const MOST_LINES = 4;
const SHADE = 'rgba(0, 0, 0, 0.72)';
const LETTERS = 'rgb(250, 250, 250)';
/** Smaller pictures have no room for words. */
const LEAST_WIDTH = 128;

const noteOf = ({ seed, width, height, count = 1, fps }: Made): string =>
  [
    ...(seed === undefined ? [] : [`seed ${seed}`]),
    `${width}×${height}`,
    ...(fps === undefined ? [] : [`${count} frames at ${fps} fps`]),
    'simulated',
  ].join('  ·  ');

/** Breaks a text into lines that fit. An ellipsis stands for the words that do not fit into the last one. */
function wrapText(context: SKRSContext2D, text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && context.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else if (lines.length === MOST_LINES) return [...lines.slice(0, -1), `${lines.at(-1)}…`];
    else lines.push(word);
  }
  return lines;
}

/**
 * Writes prompt and seed onto a picture: at its foot, or at its head when the picture came in as a file, since that may
 * have a caption of its own.
 */
export function drawCaption(context: SKRSContext2D, made: Made): void {
  const { width, height } = context.canvas;
  if (made.text === undefined || width < LEAST_WIDTH) return;
  const size = Math.max(10, Math.round(Math.sqrt(width * height) / 26));
  const small = Math.max(8, Math.round(size * 0.58));
  const [margin, step] = [size * 1.1, size * 1.28];
  context.textBaseline = 'top';
  context.font = `${size}px DejaVuSans-Bold`;
  const lines = wrapText(context, made.text, width - 2 * margin);
  const tall = margin * 2.2 + lines.length * step + small * 1.5;
  const isAtHead = made.file !== undefined;
  const [top, dark, light] = isAtHead ? [0, 0, tall] : [height - tall, height, height - tall];
  const shade = context.createLinearGradient(0, light, 0, dark);
  shade.addColorStop(0, 'transparent');
  shade.addColorStop(0.4, SHADE);
  shade.addColorStop(1, SHADE);
  context.fillStyle = shade;
  context.fillRect(0, top, width, tall);
  context.fillStyle = LETTERS;
  const firstLine = isAtHead ? margin : top + 1.2 * margin;
  for (const [index, line] of lines.entries()) context.fillText(line, margin, firstLine + index * step);
  context.font = `${small}px DejaVuSans`;
  context.fillText(noteOf(made), margin, firstLine + lines.length * step + small * 0.5);
}
