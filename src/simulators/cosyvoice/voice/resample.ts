const REACH = 12;

/** Samples at another rate, through a windowed sinc. */
export function resample(samples: Int16Array, from: number, to: number): Int16Array {
  if (from === to) return samples;
  const ratio = from / to;
  const cutoff = Math.min(1, 1 / ratio);
  return Int16Array.from({ length: Math.round(samples.length / ratio) }, (_, index) => {
    const centre = index * ratio;
    const first = Math.ceil(centre - REACH);
    let sum = 0;
    for (let at = first; at < first + 2 * REACH; at++) {
      const x = at - centre;
      const angle = Math.PI * x * cutoff;
      const sinc = x === 0 ? 1 : Math.sin(angle) / angle;
      sum += (samples[at] ?? 0) * cutoff * sinc * (0.5 + 0.5 * Math.cos((Math.PI * x) / REACH));
    }
    return Math.min(32_767, Math.max(-32_768, Math.round(sum)));
  });
}
