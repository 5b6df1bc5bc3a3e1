import { cosyvoicePayloadSchema } from '../contracts/cosyvoice.ts';
import { splitScript } from '../speech/split-script.ts';
import { RESULT_SHAPES } from './result-shapes.ts';
import { UNKNOWN } from './unknown.ts';

const { text: script, tts_text: olderScript, language: tag } = cosyvoicePayloadSchema.shape;

/** What is known of a voice's result before it is spoken: its sentences and their words, not their times. */
export function foreseeVoice(payload: Record<string, unknown>): unknown {
  const text = script.safeParse(payload['text']);
  const older = olderScript.safeParse(payload['tts_text']);
  const language = tag.safeParse(payload['language']);
  const spoken = text.data ?? older.data;
  if (!text.success || !older.success || !language.success || spoken === undefined) return UNKNOWN;
  const sentences = splitScript(spoken, language.data ?? null).map(({ raw }) => raw.trim());
  return {
    ...Object.fromEntries(Object.keys(RESULT_SHAPES.cosyvoice).map((field) => [field, UNKNOWN])),
    sentences: sentences.map((words) => ({ text: words, start_ms: UNKNOWN, end_ms: UNKNOWN })),
    subtitles: sentences.map((words) => ({ text: words, startMs: UNKNOWN, endMs: UNKNOWN })),
  };
}
