import { stars } from './landscapes.ts';
import { layeredNoise, mix, noise, smooth, tabulate } from '../../../../src/simulators/noise.ts';
import { blend, glow, gradient, hex, type Picture } from './paint.ts';

const SKY = [
  [0, hex(0x050818)],
  [0.9, hex(0x0c2a3f)],
  [1.4, hex(0x1d5a5c)],
] as const;
const COLUMNS = 720;

const forest = tabulate((x) => {
  const [tree, across] = [Math.floor(x * 26), (x * 26) % 1];
  const hill = 1.42 - 0.1 * layeredNoise(x * 2 + 4, 2);
  const slim = Math.max(0, 1 - 3.2 * Math.abs(across - 0.35 - 0.3 * noise(tree, 5)));
  return hill - 0.13 * noise(tree * 3.7, 8) * slim;
});

/** One curtain of light at a moment: where its foot is, how bright and how high it is, across the frame. */
function curtainAt(index: number, seconds: number) {
  const drift = seconds * (0.16 + index * 0.05);
  const sway = (x: number): number => 0.07 * Math.sin(x * 9 + seconds * 1.6 + index);
  const folds = (x: number): number =>
    0.35 + 0.65 * smooth(0.25, 0.8, noise(x * 13 + drift * 6, index * 3 + seconds * 0.7));
  const rays = (x: number): number => 0.7 + 0.3 * noise(x * 60 - drift * 8, index);
  return {
    foot: tabulate((x) => 1.12 - index * 0.2 + 0.3 * (noise(x * 1.7 + drift, index * 7) - 0.5) + sway(x), COLUMNS),
    brightness: tabulate((x) => folds(x) * rays(x) * (0.85 - index * 0.18), COLUMNS),
    height: tabulate((x) => 0.34 + 0.2 * noise(x * 3 - drift, index + 9), COLUMNS),
  };
}

/** Northern lights above a forest, `seconds` into their dance. */
export function aurora(seconds: number): Picture {
  const curtains = [0, 1, 2].map((index) => curtainAt(index, seconds));
  return (x, y) => {
    if (y > forest(x) + 0.003) return hex(0x02070b);
    let colour = glow(gradient(SKY, y), hex(0xdfeaff), stars(x, y, 0.08) * mix(0.5, 1, noise(x * 50, seconds * 5)));
    for (const { foot, brightness, height } of curtains) {
      const above = foot(x) - y;
      if (above < -0.025) continue;
      const strength = smooth(-0.025, 0.02, above) * Math.exp(-Math.max(0, above) / height(x)) * brightness(x);
      colour = glow(colour, blend(hex(0x3dffa2), hex(0xb05cff), smooth(0.02, 0.6, above)), strength);
    }
    return blend(colour, hex(0x02070b), smooth(forest(x) - 0.003, forest(x) + 0.003, y));
  };
}
