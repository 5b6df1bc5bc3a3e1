import { open } from 'node:fs/promises';
import { WAV_HEADER_BYTES, wavHeader } from '../../assets/wav.ts';
import { AppError } from '../../errors.ts';
import { atRate } from './convert-sound.ts';
import { loadSentence } from './sentence-files.ts';
import { samplesIn } from './sound.ts';
import { pauseSamples, type TimedSentence } from './timing.ts';

/** A finished sentence on disk. */
export interface SpokenSentence {
  text: string;
  endsSentence: boolean;
  file: string;
}

export interface Joined {
  sentences: TimedSentence[];
  sampleRate: number;
  /** The length of the whole file, in samples. */
  samples: number;
}

/**
 * Writes the sentences with pauses between them, sample for sample, into one WAV file with the rate of the first
 * sentence.
 * @throws {AppError} `speech_failed` if a sentence no longer exists; the signal's reason.
 */
export async function joinSentences(
  spoken: readonly SpokenSentence[],
  target: string,
  { pauseMs, signal }: { pauseMs: number; signal: AbortSignal },
): Promise<Joined> {
  const sentences: TimedSentence[] = [];
  let sampleRate = 0;
  let at = 0;
  const output = await open(target, 'w');
  try {
    await output.write(Buffer.alloc(WAV_HEADER_BYTES));
    for (const [index, { text, endsSentence, file }] of spoken.entries()) {
      signal.throwIfAborted();
      const loaded = await loadSentence(file);
      if (loaded === undefined)
        throw new AppError('speech_failed', `sentence ${index + 1} is missing from the work folder`);
      sampleRate ||= loaded.sampleRate;
      const sound = await atRate(loaded, sampleRate);
      await output.writeFile(sound.samples);
      sentences.push({ text, from: at, to: at + samplesIn(sound) });
      at += samplesIn(sound);
      if (index + 1 === spoken.length) break;
      const pause = pauseSamples(pauseMs, sampleRate, endsSentence);
      await output.writeFile(Buffer.alloc(pause * 2));
      at += pause;
    }
    await output.write(wavHeader(at * 2, sampleRate), 0, WAV_HEADER_BYTES, 0);
  } finally {
    await output.close();
  }
  return { sentences, sampleRate, samples: at };
}
