import type { CosyvoiceInput } from '../../contracts/cosyvoice.ts';
import type { Said } from '../../speech/pace.ts';
import { wordSeconds } from '../../speech/word-seconds.ts';
import { decodeAnswer } from './decode-answer.ts';
import { measureSound } from './measure-sound.ts';

/**
 * The pace of the recording that a task clones; null if it is unknown, or if an instruction may ask for another pace.
 */
export async function recordedPace(
  { mode, voice }: CosyvoiceInput,
  recording: Buffer | undefined,
): Promise<Said | null> {
  if (mode === 'instruct' || recording === undefined || voice.transcript === null) return null;
  const answer = { end: 'clean', status: 200, headers: {}, body: recording, problem: '' } as const;
  const sound = await decodeAnswer(answer, 0);
  if ('problem' in sound || sound.sampleRate === 0) return null;
  return { words: wordSeconds(voice.transcript), seconds: measureSound(sound).speech };
}
