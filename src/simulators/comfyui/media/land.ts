import { mix } from '../../noise.ts';
import type { Look } from './look.ts';

/** How fast the haze that lies on the foot of a ridge ends, in heights of the picture. */
const HAZE_DEPTH = 9;

/** Ridges behind ridges, each down to where the next nearer one begins. */
export function paintLand(rgb: Uint8Array, width: number, height: number, { ridges, sky }: Look): void {
  const far = sky[2];
  const fade = Float32Array.from({ length: height + 1 }, (_, depth) => Math.exp((-depth / height) * HAZE_DEPTH));
  for (const [index, { top, colour, haze }] of ridges.entries()) {
    const nearer = ridges[index + 1]?.top;
    for (let x = 0; x < width; x++) {
      const edge = top((x + 0.5) / width) * height;
      const end = nearer === undefined ? height : Math.min(height, Math.ceil(nearer((x + 0.5) / width) * height) + 1);
      for (let y = Math.max(0, Math.floor(edge)); y < end; y++) {
        const share = Math.min(1, y + 1 - edge);
        const mist = haze * (fade[Math.max(0, Math.round(y - edge))] ?? 0);
        const at = (y * width + x) * 3;
        for (let part = 0; part < 3; part++) {
          const ground = 255 * mix(colour[part] ?? 0, far[part] ?? 0, mist);
          rgb[at + part] = mix(rgb[at + part] ?? 0, ground, share);
        }
      }
    }
  }
}
