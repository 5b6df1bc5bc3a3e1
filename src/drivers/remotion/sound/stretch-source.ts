import { open } from 'node:fs/promises';
import { readPart, samplesToBytes, type DecodedSource } from './decoded-source.ts';
import { stretch } from './time-stretch.ts';

/** The number of samples around a part that its stretching also reads. */
const MARGIN = 9600;

/** The samples of a source that are needed for its samples `from` to `to` at another speed. */
export const neededFor = ({ from, to }: { from: number; to: number }, rate: number): { from: number; to: number } => ({
  from: Math.max(0, Math.floor(from * rate) - MARGIN),
  to: Math.ceil(to * rate) + MARGIN,
});

/**
 * Writes a decoded source at another speed with the same pitch to a file of raw samples: the samples from `from` to
 * `to`, or to its end.
 * @throws the signal's reason; errors of writing the file.
 */
export async function stretchSource(
  source: DecodedSource,
  rate: number,
  wanted: { from: number; to: number; file: string; signal: AbortSignal },
): Promise<DecodedSource> {
  const { from, file, signal } = wanted;
  const to = Math.max(from, Math.min(wanted.to, Math.round(source.to / rate)));
  const handle = await open(file, 'w');
  try {
    for await (const channels of stretch((at, samples) => readPart(source, at, samples), rate, [from, to])) {
      signal.throwIfAborted();
      await handle.writeFile(samplesToBytes(channels));
    }
  } finally {
    await handle.close();
  }
  return { file, dataAt: 0, channels: source.channels, from, to };
}
