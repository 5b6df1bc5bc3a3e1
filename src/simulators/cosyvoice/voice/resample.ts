const REACH = 12;

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));

/** A windowed sinc, seen from a point that lies so far behind a sample. */
function weights(offset: number, cutoff: number): Float64Array {
  return Float64Array.from({ length: 2 * REACH }, (_, tap) => {
    const x = tap - REACH + 1 - offset;
    const angle = Math.PI * x * cutoff;
    const sinc = x === 0 ? 1 : Math.sin(angle) / angle;
    return cutoff * sinc * (0.5 + 0.5 * Math.cos((Math.PI * x) / REACH));
  });
}

/** Samples at another rate. Both rates are whole numbers, so the weights repeat after some samples. */
export function resample(samples: Int16Array, from: number, to: number): Int16Array {
  if (from === to) return samples;
  const divisor = commonDivisor(from, to);
  const [step, phases] = [from / divisor, to / divisor];
  const cutoff = Math.min(1, to / from);
  const table = Array.from({ length: phases }, (_, phase) => weights(((phase * step) % phases) / phases, cutoff));
  const result = new Int16Array(Math.round((samples.length * to) / from));
  for (let index = 0; index < result.length; index++) {
    const first = Math.floor((index * step) / phases) - REACH + 1;
    const taps = table[index % phases] ?? [];
    let sum = 0;
    for (let tap = 0; tap < taps.length; tap++) sum += (samples[first + tap] ?? 0) * (taps[tap] ?? 0);
    result[index] = Math.min(32_767, Math.max(-32_768, Math.round(sum)));
  }
  return result;
}
