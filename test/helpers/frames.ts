import { runFfmpeg } from '../../src/assets/ffmpeg.ts';

/**
 * All frames of a film as luma, one byte a pixel.
 * @param filter of ffmpeg that makes frames of this size of those of the film.
 */
export async function decodeLuma(file: string, width: number, height: number, filter = 'null'): Promise<Uint8Array[]> {
  const size = width * height;
  // The bundled ffmpeg has no muxer for raw video, but this one writes packets as they are.
  const output = '-f image2pipe -c:v rawvideo -pix_fmt gray -fps_mode passthrough -';
  const raw = await runFfmpeg(['-i', `file:${file}`, '-vf', filter, ...output.split(' ')]);
  return Array.from({ length: raw.length / size }, (_, index) => raw.subarray(index * size, (index + 1) * size));
}

/** Peak signal-to-noise ratio of two pictures, in dB; infinite when they are the same. */
export function psnr(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += ((a[at] ?? 0) - (b[at] ?? 0)) ** 2;
  return 10 * Math.log10(255 ** 2 / (sum / a.length));
}
