import { z } from 'zod';
import { choice, flag, number, optional, prose, plainText } from './fields.ts';
import { storedFileSchema } from './stored-file-schema.ts';
import { isJsonText, withLineBreaks } from './text-instead.ts';

export const SPEECH_MODES = ['instruct', 'clone'] as const;
export type SpeechMode = (typeof SPEECH_MODES)[number];

export const SPEECH_FORMATS = ['wav', 'mp3', 'm4a'] as const;
export type SpeechFormat = (typeof SPEECH_FORMATS)[number];

/** How a script is read. `auto`: words are spoken, markup is not. `plain`: everything is spoken as written. */
export const TEXT_FORMATS = ['auto', 'plain'] as const;
export type TextFormat = (typeof TEXT_FORMATS)[number];

/**
 * CosyVoice's mark between the model's own text and the user's. Clients of CosyVoice's own server write it themselves.
 */
export const END_OF_PROMPT = '<|endofprompt|>';
/** The text that version 3 needs before the mark. */
export const ASSISTANT_PROMPT = 'You are a helpful assistant.';

/** `…<|endofprompt|>what is said` → `what is said` */
const afterMark = (text: string): string => (text.split(END_OF_PROMPT).at(-1) ?? '').trim();

/** `You are a helpful assistant. Speak softly<|endofprompt|>` → `Speak softly` */
const beforeMark = (text: string): string => (text.split(END_OF_PROMPT)[0] ?? '').replace(ASSISTANT_PROMPT, '').trim();

/** Hours of speech. */
export const LONGEST_TEXT = 100_000;
const SPEAKABLE = /[\p{L}\p{N}]/u;

const words = (what: string) => optional(plainText(`expected ${what}`).trim());
const script = optional(
  prose(
    plainText('expected the text to speak')
      .refine((said) => !isJsonText(said), 'expected the text to speak, but this text is JSON')
      .transform((said) => withLineBreaks(afterMark(said)))
      .refine(
        (said) => said.length <= LONGEST_TEXT,
        `expected at most ${LONGEST_TEXT} characters; split it into several tasks`,
      )
      .refine((said) => SPEAKABLE.test(said), 'expected text with at least one letter or digit to speak'),
  ),
);
const filePath = words('the path of a file under ASSET_PATH');

/** `payload` of a `cosyvoice` task, older names included. The existence of voices and files is checked elsewhere. */
export const cosyvoicePayloadSchema = z
  .object({
    text: script,
    tts_text: script,
    text_format: optional(choice(TEXT_FORMATS, 'expected auto or plain')),
    voice_id: words('the name of a voice; GET /voices lists them'),
    mode: optional(choice(SPEECH_MODES, 'expected instruct or clone')),
    output_path: filePath,
    overwrite: optional(flag),
    instruct_text: optional(prose(plainText('expected an instruction').transform(beforeMark))),
    prompt_text: optional(prose(plainText('expected the transcript of the recording').transform(afterMark))),
    prompt_wav_path: filePath,
    language: optional(
      plainText('expected a language such as zh, en or ja')
        .trim()
        .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'expected a language such as zh, en or ja')
        .transform((tag) => tag.replace(/^[A-Za-z]+/, (language) => language.toLowerCase())),
    ),
    speed: optional(
      number(z.number('expected a number from 0.5 to 2').min(0.5, 'expected 0.5 or more').max(2, 'expected at most 2')),
    ),
    seed: optional(number(z.int('expected a whole number').min(0, 'expected 0 or more'))),
    pause_ms: optional(
      number(z.number('expected milliseconds').min(0, 'expected 0 or more').max(10_000, 'expected at most 10000')),
    ),
    loudness: optional(
      number(
        z
          .number('expected a loudness in LUFS, such as -16')
          .min(-40, 'expected -40 LUFS or more, such as -16')
          .max(-5, 'expected at most -5 LUFS, such as -16'),
      ),
    ),
    format: optional(choice(SPEECH_FORMATS)),
  })
  .superRefine(({ text, tts_text: older }, context) => {
    if (text !== undefined && older !== undefined && text !== older)
      context.addIssue({ code: 'custom', path: ['text'], message: 'text and tts_text disagree; give one of them' });
  });
export type CosyvoicePayload = z.infer<typeof cosyvoicePayloadSchema>;

/** The voice of a task at its submission. At least one of `recording` and `speaker` is set. */
export interface SpeechVoice {
  /** Null for a recording that the client named by its path. */
  id: string | null;
  /** The reference recording, relative to ASSET_PATH. */
  recording: string | null;
  /** The exact words of the recording. */
  transcript: string | null;
  /** A speaker built into a model of version 1. */
  speaker: string | null;
}

/** The input of the GPU activity of a `cosyvoice` task. JSON-safe; paths are relative to ASSET_PATH. */
export interface CosyvoiceInput {
  /** The script as written, without the parts that are not spoken. */
  text: string;
  /** Absent: only the marks that the model performs are sent to it. `plain`: all marks are sent. */
  textFormat?: 'plain';
  voice: SpeechVoice;
  mode: SpeechMode;
  /** How to speak; null in mode `clone`. */
  instruction: string | null;
  /** A BCP 47 tag such as `zh` or `en-GB`; null: determined by the script's letters. */
  language: string | null;
  speed: number;
  /** Null: left to the server. */
  seed: number | null;
  pauseMs: number;
  /** LUFS; null: unchanged. */
  loudness: number | null;
  format: SpeechFormat;
  outputPath: string;
  /** Whether speech and subtitles may replace files of others. */
  overwrite?: true;
  /** Warnings about parts of the script that are not spoken; absent if there are none. */
  warnings?: readonly string[];
}

/** `result` of a completed `cosyvoice` task. Times are exact to the sample: milliseconds with three decimals. */
export const cosyvoiceResultSchema = z
  .strictObject({
    output_path: z.string().describe('Relative to ASSET_PATH.'),
    audio_path: z.string().describe('The same file as earlier clients know it: `/assets/…`.'),
    duration_seconds: z.number(),
    sample_rate: z.int(),
    size_bytes: z.int(),
    sentences: z.array(z.strictObject({ text: z.string(), start_ms: z.number(), end_ms: z.number() })),
    subtitles: z
      .array(z.strictObject({ text: z.string(), startMs: z.number(), endMs: z.number() }))
      .describe("The sentences in the words and units of Remotion's captions."),
    srt_path: z.string().describe('The subtitles as a file beside the audio, relative to ASSET_PATH.'),
    files: z.array(storedFileSchema).describe('The audio, and its subtitles.'),
    ignored: z.array(z.string()).describe('Requested features that this server does not have, such as a seed.'),
    warnings: z
      .array(z.string())
      .describe(
        'Parts of the script that are not spoken, and sentences that may be wrong, each with number and start.',
      ),
  })
  .meta({ id: 'CosyvoiceResult', description: '`result` of a completed `cosyvoice` task.' });
export type CosyvoiceResult = z.infer<typeof cosyvoiceResultSchema>;
