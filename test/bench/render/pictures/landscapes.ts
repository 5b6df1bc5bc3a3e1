import { hash, layeredNoise, mix, noise, smooth, tabulate } from '../../../../src/simulators/noise.ts';
import { blend, glow, gradient, hex, type Colour, type Picture } from './paint.ts';

/** All are made for a frame of 9:16, where `y` runs to this. */
const BOTTOM = 16 / 9;
/** Half the width of a soft edge. */
const EDGE = 0.0009;

export function stars(x: number, y: number, density = 0.06): number {
  const size = 60;
  const [column, row] = [Math.floor(x * size), Math.floor(y * size)];
  if (hash(column, row) > density) return 0;
  const [dx, dy] = [x * size - column - mix(0.25, 0.75, hash(row, column)), y * size - row - 0.5];
  return Math.exp(-(dx * dx + dy * dy) * 160) * mix(0.3, 1, hash(column + 7, row + 3));
}

const distanceTo = (x: number, y: number, cx: number, cy: number): number => Math.hypot(x - cx, y - cy);
const inside = (edge: number, distance: number): number => smooth(edge + 2 * EDGE, edge - 2 * EDGE, distance);
const below = (edge: number, y: number): number => smooth(edge - EDGE, edge + EDGE, y);

const DAWN = [
  [0, hex(0x23335f)],
  [0.5, hex(0x7c5a86)],
  [0.85, hex(0xf08a6c)],
  [1.15, hex(0xffd9a3)],
] as const;
const RIDGES = Array.from({ length: 6 }, (_, ridge) => {
  const depth = ridge / 5;
  const roughness = mix(0.16, 0.3, depth);
  const shape = (x: number): number => layeredNoise(x * mix(2.6, 1.6, depth) + ridge * 31, ridge, 7) - 0.35;
  return {
    top: tabulate((x) => 0.86 + depth * 0.62 - roughness * shape(x)),
    rock: blend(hex(0xd58b83), hex(0x10162e), depth ** 0.75),
    haze: mix(0.35, 0.12, depth),
  };
});

/** Ridges behind ridges in morning haze, the sun just above them. */
export const dawn: Picture = (x, y) => {
  const toSun = distanceTo(x, y, 0.64, 0.82);
  const cloud = smooth(0.5, 0.85, layeredNoise(x * 2.2 + 3, y * 9)) * smooth(1.1, 0.3, y);
  let colour = blend(gradient(DAWN, y), hex(0xffc9a0), cloud * 0.45);
  colour = glow(colour, hex(0xffb066), 0.55 * Math.exp(-toSun * 5.5));
  colour = blend(colour, hex(0xfff3d8), inside(0.08, toSun));
  for (const { top, rock, haze } of RIDGES) {
    const edge = top(x);
    if (y < edge - EDGE) continue;
    const mist = smooth(0.34, 0, y - edge) * haze * Math.max(0, 1 - toSun * 0.5);
    colour = blend(colour, blend(rock, hex(0xffc39a), mist), below(edge, y));
  }
  return colour;
};

const DESERT_SKY = [
  [0, hex(0x1f5d7a)],
  [0.45, hex(0x7fb6b0)],
  [0.8, hex(0xf6d9a8)],
] as const;
const DUNES = Array.from({ length: 5 }, (_, dune) => {
  const depth = dune / 4;
  const crest = (x: number): number => 1 - Math.abs(2 * noise(x * mix(2.6, 1.1, depth) + dune * 5.7, dune) - 1);
  const height = tabulate((x) => 0.76 + depth * 0.62 - mix(0.07, 0.3, depth) * crest(x) ** 1.3);
  return { depth, height };
});

/** Dunes with a lit and a shaded side, ripples in front. */
export const dunes: Picture = (x, y) => {
  const toSun = distanceTo(x, y, 0.28, 0.5);
  let colour = glow(gradient(DESERT_SKY, y), hex(0xffdc9a), 0.5 * Math.exp(-toSun * 6));
  colour = blend(colour, hex(0xfff6dd), inside(0.06, toSun));
  for (const { depth, height } of DUNES) {
    const top = height(x);
    if (y < top - EDGE) continue;
    const down = y - top;
    // The border between light and shade runs down the dune aslant and winding.
    const foot = x + down * 1.1 + 0.05 * Math.sin(down * 14 + depth * 9);
    const slope = (height(foot + 0.006) - height(foot - 0.006)) / 0.012;
    const lit = smooth(-0.25, 0.3, down * 0.35 - slope - 0.02);
    const ripple = depth * 0.05 * Math.sin((down * 130 + layeredNoise(x * 5, y * 4, 3) * 16) / mix(0.7, 1.4, depth));
    const sand = blend(hex(0x8a3f2e), hex(0xf0a65a), Math.min(1, Math.max(0, lit + ripple)));
    const distant = blend(sand, hex(0xf3cf9f), (1 - depth) * 0.5);
    colour = blend(colour, blend(distant, hex(0x4a1f24), smooth(0.1, 0.8, down) * depth * 0.75), below(top, y));
  }
  return colour;
};

const NIGHT = [
  [0, hex(0x040818)],
  [0.6, hex(0x0d2547)],
  [1.02, hex(0x2f6d8f)],
] as const;
const WATER = [
  [0, hex(0x2b6486)],
  [0.35, hex(0x0e2c4c)],
  [1, hex(0x030a18)],
] as const;
const HORIZON = 1.02;
const island = tabulate(
  (x) => HORIZON - 0.1 * smooth(0.62, 0.86, x) * layeredNoise(x * 7, 1, 6) - 0.012 * smooth(0.5, 0.6, x),
);

function moonlitSky(x: number, y: number): Colour {
  const toMoon = distanceTo(x, y, 0.4, 0.42);
  let colour = glow(gradient(NIGHT, y), hex(0xcfe4ff), stars(x, y) * smooth(0.95, 0.4, y));
  colour = glow(colour, hex(0x9cc4ff), 0.42 * Math.exp(-toMoon * 6));
  const seas = smooth(0.45, 0.7, layeredNoise(x * 16 + 5, y * 16)) * 0.5;
  colour = blend(colour, blend(hex(0xfbf6e6), hex(0xb9b8c4), seas), inside(0.102, toMoon));
  return blend(colour, hex(0x071226), below(island(x), y) * smooth(0.5, 0.56, x));
}

/** The moon over the sea, its light a road on the waves. */
export const sea: Picture = (x, y) => {
  if (y < HORIZON) return moonlitSky(x, y);
  const near = (y - HORIZON) / (BOTTOM - HORIZON);
  const wave = layeredNoise(x * mix(14, 4, near) + near * 3, 6 / (near + 0.06), 3);
  const colour = glow(gradient(WATER, near), hex(0x4f86ad), 0.35 * (wave - 0.5));
  const road = Math.exp(-(((x - 0.4) / mix(0.045, 0.2, near)) ** 2));
  const crests = layeredNoise(x * mix(40, 9, near), 16 / (near + 0.09), 3);
  const glitter = smooth(mix(0.42, 0.58, near), 0.72, crests);
  return glow(colour, hex(0xffeecb), road * (0.12 + glitter * mix(1, 0.75, near)));
};

const daylight = (x: number, y: number): number => smooth(-0.25, 0.9, -x * 0.62 - y * 0.78);

/** A planet from near by, its night side and the light in its air. */
export const planet: Picture = (x, y) => {
  const [dx, dy] = [(x - 0.62) / 0.78, (y - 1.3) / 0.78];
  const distance = Math.hypot(dx, dy);
  const air = Math.exp(-Math.abs(distance - 1) * (distance > 1 ? 16 : 9)) * daylight(dx / distance, dy / distance);
  if (distance > 1) {
    const cloud = smooth(0.4, 0.8, layeredNoise(x * 3 + 8, y * 3));
    const space = glow(hex(0x05060f), blend(hex(0x5b3f9b), hex(0x12607b), noise(x * 2, y * 2)), cloud * 0.5);
    return glow(
      glow(space, hex(0xffffff), stars(x, y, 0.1) + stars(x + 3.3, y * 1.3, 0.05)),
      hex(0x63b7ff),
      air * 0.95,
    );
  }
  const depth = Math.sqrt(1 - distance * distance);
  const [u, v] = [dx / (depth + 0.7), dy / (depth + 0.7)];
  const land = smooth(0.5, 0.56, layeredNoise(u * 3.4 + 11, v * 3.4 + 2, 6));
  const clouds = smooth(0.52, 0.78, layeredNoise(u * 4 + 40 + layeredNoise(u * 3, v * 3) * 1.4, v * 6.5, 6));
  const ground = blend(hex(0x0f4f8c), blend(hex(0x3f7d4a), hex(0xb99a5f), noise(u * 6, v * 6)), land);
  const day = daylight(dx, dy) * mix(0.55, 1, depth);
  const lit = blend(hex(0x02040c), blend(ground, hex(0xffffff), clouds * 0.85), day);
  const towns = stars(u * 1.6, v * 1.6, 0.5) * smooth(0.35, 0.75, noise(u * 9, v * 9)) * land * smooth(0.3, 0, day);
  return glow(glow(lit, hex(0xffc46b), towns), hex(0x63b7ff), air * 0.8);
};
