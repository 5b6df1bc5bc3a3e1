import type { SKRSContext2D } from '@napi-rs/canvas';
import { hash, layeredNoise, mix } from '../../noise.ts';
import type { Made } from '../nodes/node-class.ts';
import { seedOf } from './seed.ts';

/** Hues of the sky from the zenith to the horizon: mornings, evenings and nights. */
const SKIES = [
  [225, 285, 18],
  [250, 320, 32],
  [205, 195, 44],
  [215, 240, 335],
  [195, 175, 50],
  [265, 335, 14],
  [230, 210, 190],
  [20, 30, 48],
] as const;
const CLOUDS = 7;
const STARS = 260;
/** Pixels between two corners of a ridge. */
const RIDGE_STEP = 2;

const hsl = (hue: number, saturation: number, light: number, alpha = 1): string =>
  `hsla(${hue}, ${saturation * 100}%, ${light * 100}%, ${alpha})`;

/** Everything that the seed decides about the sky. Places go from 0 to 1. */
function chooseSky(dice: (side: number) => number) {
  const night = dice(2) < 0.3;
  const horizon = mix(0.5, 0.64, dice(3));
  return {
    hues: SKIES[Math.floor(dice(1) * SKIES.length)] ?? SKIES[0],
    night,
    light: night ? 0.13 : 0.36,
    horizon,
    sun: { x: mix(0.2, 0.8, dice(7)), y: horizon - mix(0.06, 0.3, dice(8)), size: mix(0.035, 0.085, dice(9)) },
    sunColour: (alpha: number) => hsl(night ? 220 : 44, night ? 0.25 : 0.85, 0.9, alpha),
  };
}

type Sky = ReturnType<typeof chooseSky>;

/** Fills a disc that fades out from its middle. */
function paintGlow(context: SKRSContext2D, radius: number, colour: (alpha: number) => string, alpha: number): void {
  const fade = context.createRadialGradient(0, 0, 0, 0, 0, radius);
  for (const stop of [0, 0.25, 0.5, 1]) fade.addColorStop(stop, colour(alpha * (1 - stop) ** 2));
  context.fillStyle = fade;
  context.fillRect(-radius, -radius, 2 * radius, 2 * radius);
}

function paintSky(context: SKRSContext2D, sky: Sky, dice: (side: number) => number): void {
  const { width, height } = context.canvas;
  const { hues, horizon, light, night, sun, sunColour } = sky;
  const ground = context.createLinearGradient(0, 0, 0, horizon * height);
  ground.addColorStop(0, hsl(hues[0], mix(0.4, 0.6, dice(5)), light));
  ground.addColorStop(0.6, hsl(hues[1], 0.45, light + 0.18));
  ground.addColorStop(1, hsl(hues[2], mix(0.6, 0.8, dice(6)), light + 0.36));
  context.fillStyle = ground;
  context.fillRect(0, 0, width, height);
  for (let star = 0; star < (night ? STARS : 0); star++) {
    context.fillStyle = hsl(0, 0, 1, 0.8 * hash(star, 7));
    context.fillRect(dice(star + 100) * width, dice(star + 900) * horizon * height, height / 400, height / 400);
  }
  for (let cloud = 0; cloud < CLOUDS; cloud++) {
    context.save();
    context.translate(dice(40 + cloud) * width, dice(60 + cloud) * horizon * 0.8 * height);
    context.scale(3.5, 0.5);
    paintGlow(context, height * mix(0.08, 0.2, dice(80 + cloud)), (alpha) => hsl(hues[2], 0.5, 0.85, alpha), 0.35);
    context.restore();
  }
  context.save();
  context.translate(sun.x * width, sun.y * height);
  paintGlow(context, 0.7 * height, sunColour, 0.5);
  context.fillStyle = sunColour(1);
  context.beginPath();
  context.arc(0, 0, sun.size * Math.min(width, height), 0, 2 * Math.PI);
  context.fill();
  context.restore();
}

/** Ridges behind ridges, the far ones in haze. */
function paintLand(context: SKRSContext2D, sky: Sky, dice: (side: number) => number): void {
  const { width, height } = context.canvas;
  const { hues, horizon, light } = sky;
  const last = 3 + Math.floor(dice(4) * 3);
  for (let ridge = 0; ridge <= last; ridge++) {
    const depth = ridge / last;
    const [zoom, shift, rise] = [mix(4.5, 2.2, depth), dice(20 + ridge) * 300, mix(0.13, 0.22, depth)];
    const middle = horizon + 0.02 + depth * 0.3;
    const haze = context.createLinearGradient(0, (middle - rise) * height, 0, (middle + 0.2) * height);
    const hue = mix(hues[1], hues[0], depth);
    haze.addColorStop(0, hsl(hue, mix(0.3, 0.5, depth), mix(light + 0.16, 0.07, depth)));
    haze.addColorStop(1, hsl(hue, 0.3, mix(light + 0.3, 0.04, depth)));
    context.fillStyle = haze;
    context.beginPath();
    context.moveTo(0, height);
    for (let x = 0; x <= width + RIDGE_STEP; x += RIDGE_STEP) {
      const noise = layeredNoise((x / width) * zoom + shift, ridge, 6) - 0.25;
      context.lineTo(x, (middle - rise * noise) * height);
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
  if (made.text === undefined && made.colour !== undefined) {
    context.fillStyle = `#${made.colour.toString(16).padStart(6, '0')}`;
    context.fillRect(0, 0, context.canvas.width, context.canvas.height);
    return;
  }
  const seed = seedOf(made, index) % 1_000_003;
  const dice = (side: number): number => hash(seed, side);
  const sky = chooseSky(dice);
  paintSky(context, sky, dice);
  paintLand(context, sky, dice);
}
