import { z } from 'zod';
import { SPEECH_MODES, type SpeechMode } from '../contracts/cosyvoice.ts';
import { optional } from '../contracts/fields.ts';

/** A voice as tasks use it. At least one of `recording` and `speaker` is there. */
export interface Voice {
  id: string;
  /** The reference recording, relative to ASSET_PATH. */
  recording: string | null;
  /** The exact words of the recording. */
  transcript: string | null;
  language: string | null;
  /** The instruction for mode `instruct`, for tasks that have none. */
  instruction: string | null;
  /** The built-in speaker of a version 1 model that stands for this voice. */
  speaker: string | null;
  /** The mode of tasks that name none. */
  mode: SpeechMode;
}

const words = optional(z.string().trim());

/** `voice.json` in the folder of a voice. All of it may be absent. */
export const voiceFileSchema = z.object({
  language: words,
  instruction: words,
  speaker: words,
  mode: optional(z.enum(SPEECH_MODES)),
  transcript: words,
  /** The recording's name, where the folder has several. */
  recording: optional(z.string().regex(/^[^\\/\0]+$/, 'expected a file name without a folder')),
});
export type VoiceFile = z.infer<typeof voiceFileSchema>;

/** Files that CosyVoice's server can read as a reference recording. */
export const RECORDING_EXTENSIONS = ['.wav', '.flac', '.mp3'] as const;

/** A voice is there but cannot be used; the message says why. */
export class BrokenVoiceError extends Error {
  override name = 'BrokenVoiceError';
}

const ID = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_.-]{0,63}$/u;

/** Names of voices are names of folders and files, so none may lead outside `voices/`. */
/** An ending comes behind it in the name of a file. */
const MOST_BYTES = 200;
export const isVoiceId = (id: string): boolean =>
  ID.test(id) && !id.endsWith('.') && Buffer.byteLength(id) <= MOST_BYTES;
export const VOICE_ID_EXPECTED =
  'expected 1 to 64 letters, digits, dots, dashes and underscores, starting with a letter or digit';
