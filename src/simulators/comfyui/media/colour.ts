/** Red, green and blue, 0 to 1. */
export type Colour = readonly [number, number, number];

/** @param hue in degrees; `saturation` and `light` 0 to 1. */
export function hsl(hue: number, saturation: number, light: number): Colour {
  const part = (shift: number): number => {
    const place = (shift + hue / 30) % 12;
    return light - saturation * Math.min(light, 1 - light) * Math.max(-1, Math.min(place - 3, 9 - place, 1));
  };
  return [part(0), part(8), part(4)];
}
