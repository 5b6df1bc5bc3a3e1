/** The loudest level of 50 ms that counts as silence: −50 dB of full scale. */
const SILENCE = 32_768 * 10 ** (-50 / 20);

/** Whether 16-bit mono samples are silent. */
export function isSilent(samples: Buffer, sampleRate: number): boolean {
  const window = Math.max(1, Math.round(sampleRate / 20));
  const count = samples.length >> 1;
  for (let from = 0; from < count; from += window) {
    const to = Math.min(count, from + window);
    let energy = 0;
    for (let at = from; at < to; at++) energy += samples.readInt16LE(at * 2) ** 2;
    if (Math.sqrt(energy / (to - from)) > SILENCE) return false;
  }
  return true;
}
