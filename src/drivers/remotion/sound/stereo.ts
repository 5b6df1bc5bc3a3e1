/** Samples of both sides, equally many; 1 is full scale. */
export interface Stereo {
  left: Float32Array;
  right: Float32Array;
}

export const silence = (samples: number): Stereo => ({
  left: new Float32Array(samples),
  right: new Float32Array(samples),
});

/** Interleaves left and right, as encoders expect. */
export function interleave({ left, right }: Stereo): Uint8Array {
  const both = new Float32Array(left.length * 2);
  for (let at = 0; at < left.length; at++) {
    both[2 * at] = left[at] ?? 0;
    both[2 * at + 1] = right[at] ?? 0;
  }
  return new Uint8Array(both.buffer);
}
