import type { driverRig } from '../helpers/driver-rig.ts';
import { decodeFrames, decodeSound, level } from '../helpers/media.ts';
import { CAPTIONS } from './assets.ts';
import type { GoldenFilm } from './golden-films.ts';
import type { Picture } from './likeness.ts';
import { halved, type Reference } from './references.ts';

const SAMPLE_RATE = 48_000;
const SILENCE = 0.0003;

/** Level of each half second in dB below full scale, to a hundredth; null is silence. */
function loudness(samples: Float32Array): (number | null)[] {
  // What is left of less than a tenth of a second is the encoder's.
  const halves = Math.ceil((samples.length / SAMPLE_RATE) * 2 - 0.2);
  return Array.from({ length: halves }, (_, half) => {
    const amplitude = level(samples, half / 2, (half + 1) / 2);
    return amplitude < SILENCE ? null : Math.round(2000 * Math.log10(amplitude)) / 100;
  });
}

/** Where the loudest sample is, in milliseconds; null in silence. */
function peakMs(samples: Float32Array): number | null {
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  if (peak < SILENCE) return null;
  const at = samples.findIndex((sample) => Math.abs(sample) === peak);
  return Math.round((at / SAMPLE_RATE) * 10_000) / 10;
}

/** What is compared of a film. */
export interface MadeFilm {
  pictures: Picture[];
  numbers: Reference;
  /** Null where none was asked for. */
  poster: Picture | null;
}

/** Renders a golden film with the real driver and takes it apart. */
export async function renderGolden(
  rig: Awaited<ReturnType<typeof driverRig>>,
  { name, timeline }: GoldenFilm,
): Promise<MadeFilm> {
  const { format = 'mp4' } = (timeline['output'] ?? {}) as { format?: string };
  const job = { ...(await rig.job(timeline, `${name}.${format}`)), subtitleFiles: CAPTIONS };
  const control = { signal: AbortSignal.timeout(120_000), onProgress: () => undefined };
  const { width, height, frames, durationSeconds, warnings, posterFile } = await rig.driver.render(job, control);
  const picturesOf = async (file: string): Promise<Picture[]> =>
    (await decodeFrames(file, width, height)).frames.map((rgb) => halved(rgb, width, height));
  const samples = format === 'gif' ? new Float32Array(0) : await decodeSound(job.outputFile);
  const sound = { loudness: loudness(samples), peakMs: peakMs(samples) };
  return {
    pictures: await picturesOf(job.outputFile),
    numbers: { width, height, frames, durationSeconds, warnings, ...sound },
    poster: posterFile === null ? null : ((await picturesOf(posterFile))[0] ?? null),
  };
}
