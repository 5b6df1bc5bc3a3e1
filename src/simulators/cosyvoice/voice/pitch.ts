/** Range in which voices are looked for. */
const [LOWEST, HIGHEST] = [65, 420];
const WINDOW_SECONDS = 0.04;
const WINDOWS = 40;
/** A window is voiced when it repeats itself so well. */
const LIKENESS = 0.6;

/** How well a window repeats after `lag` samples: 1 is exactly. */
function likeness(samples: Float32Array, start: number, length: number, lag: number): number {
  let [both, first, second] = [0, 0, 0];
  for (let index = start; index < start + length; index++) {
    const [a = 0, b = 0] = [samples[index], samples[index + lag]];
    both += a * b;
    first += a * a;
    second += b * b;
  }
  return both / (Math.sqrt(first * second) + 1e-9);
}

/** The shortest lag at which a window repeats about as well as it ever does; longer ones are multiples of it. */
function periodAt(samples: Float32Array, start: number, length: number, lags: readonly number[]): number | undefined {
  const values = lags.map((lag) => likeness(samples, start, length, lag));
  const best = Math.max(...values);
  if (best < LIKENESS) return undefined;
  const index = values.findIndex(
    (value, at) => value > best * 0.92 && value >= (values[at - 1] ?? 0) && value >= (values[at + 1] ?? 0),
  );
  return lags[index];
}

/** The median pitch of the voiced parts of a recording in Hz; undefined when nothing in it is voiced. */
export function pitchOf(samples: Float32Array, sampleRate: number): number | undefined {
  const length = Math.round(WINDOW_SECONDS * sampleRate);
  const [shortest, longest] = [Math.floor(sampleRate / HIGHEST), Math.ceil(sampleRate / LOWEST)];
  const lags = Array.from({ length: longest - shortest + 1 }, (_, index) => shortest + index);
  const last = samples.length - length - longest;
  const step = Math.max(length, Math.floor(last / WINDOWS));
  const starts = Array.from({ length: Math.max(0, Math.floor(last / step)) }, (_, index) => index * step);
  const loudness = (start: number): number =>
    samples.subarray(start, start + length).reduce((sum, sample) => sum + sample * sample, 0);
  const loudest = Math.max(0, ...starts.map(loudness));
  const periods = starts
    .filter((start) => loudest > 0 && loudness(start) > loudest * 0.05)
    .flatMap((start) => periodAt(samples, start, length, lags) ?? [])
    .toSorted((a, b) => a - b);
  const middle = periods[Math.floor(periods.length / 2)];
  return middle === undefined ? undefined : sampleRate / middle;
}
