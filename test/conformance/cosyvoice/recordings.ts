import { wavHeader } from '../../../src/assets/wav.ts';

/** A recording that hums like a voice. */
export function recording(options: { seconds?: number; sampleRate?: number; hertz?: number } = {}): Buffer {
  const { seconds = 5, sampleRate = 24_000, hertz = 180 } = options;
  const data = Buffer.alloc(seconds * sampleRate * 2);
  for (let index = 0; index < data.length / 2; index++) {
    const phase = (2 * Math.PI * hertz * index) / sampleRate;
    const hum = Math.sin(phase) + Math.sin(2 * phase) / 2 + Math.sin(3 * phase) / 3;
    data.writeInt16LE(Math.round(6000 * hum * (0.6 + 0.4 * Math.sin(index / sampleRate / 0.2))), index * 2);
  }
  return Buffer.concat([wavHeader(data.length, sampleRate), data]);
}
