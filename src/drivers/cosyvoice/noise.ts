/** Fewer samples are not enough for the statistics. */
const FEWEST = 1000;
/** Loudness as a share of full scale. Random bytes have 0.58; in speech that loud, each sample is close to the next. */
const LOUD = 0.25;
const CORRELATED = 0.2;
const BINS = 16;
/** The average deviation of the bins from an equal share. MP3 has 0.2, Gaussian noise 0.6. */
const UNEVEN = 0.35;

/** Whether all values are equally frequent among every `stride`-th sample. */
function isFlat(samples: Buffer, count: number, { stride, phase }: { stride: number; phase: number }): boolean {
  const bins = new Uint32Array(BINS);
  let total = 0;
  for (let at = phase; at < count; at += stride, total++) {
    const bin = (samples.readInt16LE(at * 2) + 32_768) >> 12;
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  const share = total / BINS;
  return bins.reduce((sum, bin) => sum + Math.abs(bin - share), 0) <= UNEVEN * total;
}

/**
 * Whether supposed 16-bit mono samples have the statistics of other data: compressed data, 24-bit samples, or floats.
 * Such data are loud, neighbouring samples are independent, and all values are equally frequent. Played, they are
 * painfully loud noise.
 */
export function isNoSound(samples: Buffer): boolean {
  const count = samples.length >> 1;
  if (count < FEWEST) return false;
  let [energy, product, before] = [0, 0, 0];
  for (let at = 0; at < count; at++) {
    const sample = samples.readInt16LE(at * 2);
    energy += sample * sample;
    product += sample * before;
    before = sample;
  }
  if (Math.sqrt(energy / count) < LOUD * 32_768 || product > CORRELATED * energy) return false;
  return [1, 2, 3].some((stride) =>
    Array.from({ length: stride }, (_, phase) => isFlat(samples, count, { stride, phase })).some(Boolean),
  );
}
