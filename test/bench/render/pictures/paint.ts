import { hash, mix, smooth } from '../../../../src/simulators/noise.ts';

/** Linear parts of red, green and blue, each 0 to 1; more is clipped. */
export type Colour = readonly [number, number, number];

/** The colour of a picture at a place: `x` from 0 (left) to 1, `y` from 0 (top) to `height / width`. */
export type Picture = (x: number, y: number) => Colour;

/** `0xrrggbb` */
export const hex = (code: number): Colour => [(code >> 16) / 255, ((code >> 8) & 255) / 255, (code & 255) / 255];

export const blend = (from: Colour, to: Colour, share: number): Colour => [
  mix(from[0], to[0], share),
  mix(from[1], to[1], share),
  mix(from[2], to[2], share),
];

/** Light of a colour added to what is there. */
export const glow = (onto: Colour, light: Colour, strength: number): Colour => [
  onto[0] + light[0] * strength,
  onto[1] + light[1] * strength,
  onto[2] + light[2] * strength,
];

/** A colour between stops, each `[place, colour]`, in rising order of place. */
export function gradient(stops: readonly (readonly [number, Colour])[], at: number): Colour {
  let [place, colour] = stops[0] ?? [0, [0, 0, 0]];
  for (const [next, nextColour] of stops) {
    if (at <= next) return next === place ? nextColour : blend(colour, nextColour, smooth(place, next, at));
    [place, colour] = [next, nextColour];
  }
  return colour;
}

/** Draws a picture as RGB triples. A trace of grain keeps soft gradients from showing steps. */
export function paint(width: number, height: number, picture: Picture): Uint8Array {
  const rgb = new Uint8Array(width * height * 3);
  for (let row = 0, at = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const grain = (hash(column, row) - 0.5) * 2.4;
      for (const part of picture((column + 0.5) / width, (row + 0.5) / width))
        rgb[at++] = Math.min(255, Math.max(0, Math.round(part * 255 + grain)));
    }
  return rgb;
}
