import type { SKRSContext2D } from '@napi-rs/canvas';
import { hash, mix } from '../../noise.ts';
import type { Made } from '../nodes/node-class.ts';
import { seedOf } from './seed.ts';

/** Pixels between two corners of a ridge. */
const RIDGE_STEP = 2;

const hsl = (hue: number, saturation: number, light: number): string => `hsl(${hue}, ${saturation}%, ${light}%)`;

/** A number from 0 to 1 for each side of the dice; the seed decides all of them. */
type Dice = (side: number) => number;

function paintSky(context: SKRSContext2D, dice: Dice, horizon: number): void {
  const { width, height } = context.canvas;
  const sky = context.createLinearGradient(0, 0, 0, horizon);
  sky.addColorStop(0, hsl(mix(195, 285, dice(1)), mix(40, 60, dice(2)), 38));
  sky.addColorStop(1, hsl(mix(5, 50, dice(3)), mix(60, 80, dice(4)), 74));
  context.fillStyle = sky;
  context.fillRect(0, 0, width, height);
  const [x, y] = [mix(0.2, 0.8, dice(5)) * width, mix(0.45, 0.85, dice(6)) * horizon];
  const sun = context.createRadialGradient(x, y, 0, x, y, 0.6 * height);
  sun.addColorStop(0.1, 'rgb(255, 248, 220)');
  sun.addColorStop(0.12, 'rgba(255, 248, 220, 0.4)');
  sun.addColorStop(1, 'rgba(255, 248, 220, 0)');
  context.fillStyle = sun;
  context.fillRect(0, 0, width, height);
}

/** Ridges behind ridges, the far ones in haze. */
function paintLand(context: SKRSContext2D, dice: Dice, horizon: number): void {
  const { width, height } = context.canvas;
  const last = 3 + Math.floor(dice(7) * 3);
  for (let ridge = 0; ridge <= last; ridge++) {
    const depth = ridge / last;
    const base = horizon + (0.02 + depth * 0.3) * height;
    const rise = mix(0.06, 0.1, depth) * height;
    const phase = 2 * Math.PI * dice(20 + ridge);
    context.fillStyle = hsl(mix(215, 250, dice(40 + ridge)), 30, mix(58, 8, depth));
    context.beginPath();
    context.moveTo(0, height);
    for (let x = 0; x <= width + RIDGE_STEP; x += RIDGE_STEP) {
      const angle = (x / width) * mix(14, 7, depth) + phase;
      const waves = Math.sin(angle) + Math.sin(2.3 * angle + phase) / 2 + Math.sin(7.1 * angle) / 8;
      context.lineTo(x, base - rise * waves);
    }
    context.lineTo(width + RIDGE_STEP, height);
    context.fill();
  }
}

/**
 * Paints a landscape that only this prompt with this seed has, without its caption; or one colour.
 * @param index in a batch.
 */
export function paintScene(context: SKRSContext2D, made: Made, index = 0): void {
  const { width, height } = context.canvas;
  if (made.text === undefined && made.colour !== undefined) {
    context.fillStyle = `#${made.colour.toString(16).padStart(6, '0')}`;
    context.fillRect(0, 0, width, height);
    return;
  }
  const seed = seedOf(made, index) % 1_000_003;
  const dice: Dice = (side) => hash(seed, side);
  const horizon = mix(0.5, 0.64, dice(0)) * height;
  paintSky(context, dice, horizon);
  paintLand(context, dice, horizon);
}
