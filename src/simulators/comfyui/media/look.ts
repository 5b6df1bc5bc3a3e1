import { hash, layeredNoise, mix, tabulate } from '../../noise.ts';
import { hsl, type Colour } from './colour.ts';

/** Everything that prompt and seed decide: colours, where the sun stands, the lie of the land. Places go from 0 to 1. */
export interface Look {
  sky: [upper: Colour, middle: Colour, lower: Colour];
  sun: { x: number; y: number; size: number; colour: Colour };
  horizon: number;
  /** From the far one to the near one; `top` gives the height of its edge at a place. */
  ridges: { top: (x: number) => number; colour: Colour; haze: number }[];
  night: boolean;
  cloudShift: number;
}

/** Hues of the sky from the zenith to the horizon: mornings, evenings and nights that one has seen. */
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

export function lookOf(seed: number): Look {
  const dice = (side: number): number => hash(seed % 1_000_003, side);
  const [high, between, low] = SKIES[Math.floor(dice(1) * SKIES.length)] ?? SKIES[0];
  const night = dice(2) < 0.3;
  const light = night ? 0.13 : 0.36;
  const horizon = mix(0.5, 0.64, dice(3));
  const count = 4 + Math.floor(dice(4) * 3);
  return {
    sky: [
      hsl(high, mix(0.4, 0.6, dice(5)), light),
      hsl(between, 0.45, light + 0.18),
      hsl(low, mix(0.6, 0.8, dice(6)), light + 0.36),
    ],
    sun: {
      x: mix(0.2, 0.8, dice(7)),
      y: horizon - mix(0.06, 0.3, dice(8)),
      size: mix(0.035, 0.085, dice(9)),
      colour: hsl(night ? 220 : 44, night ? 0.25 : 0.85, 0.9),
    },
    horizon,
    night,
    cloudShift: Math.floor(dice(10) * 500),
    ridges: Array.from({ length: count }, (_, ridge) => {
      const depth = ridge / (count - 1);
      const shift = dice(20 + ridge) * 300;
      const rise = mix(0.13, 0.22, depth);
      return {
        top: tabulate(
          (x) =>
            horizon + 0.02 + depth * 0.3 - rise * (layeredNoise(x * mix(4.5, 2.2, depth) + shift, ridge, 6) - 0.25),
          1024,
        ),
        colour: hsl(mix(between, high, depth), mix(0.3, 0.5, depth), mix(light + 0.16, 0.07, depth)),
        haze: 0.45 * (1 - depth),
      };
    }),
  };
}
