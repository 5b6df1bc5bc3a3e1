import { cosyvoicePayloadSchema } from '../contracts/cosyvoice.ts';
import { splitScript } from '../speech/split-script.ts';
import { RESULT_SHAPES } from './result-shapes.ts';
import { UNKNOWN } from './unknown.ts';

const { text: script, tts_text: olderScript, language: tag } = cosyvoicePayloadSchema.shape;

/**
 * What is known of a voice's result before it is spoken: its sentences and their words, not their times. A script is split once.
 * @param onSplit is told how many characters are about to be split.
 */
export function createForeseeVoice(onSplit: (characters: number) => void) {
  const known = new Map<string, unknown>();
  return (payload: Record<string, unknown>): unknown => {
    const spoken = spokenText(payload);
    if (spoken === undefined) return UNKNOWN;
    const key = `${spoken.language ?? ''}:${spoken.text}`;
    const result = known.get(key) ?? (onSplit(spoken.text.length), sentencesOf(spoken));
    known.set(key, result);
    return result;
  };
}

interface Spoken {
  text: string;
  language: NonNullable<Parameters<typeof splitScript>[1]> | null;
}

function spokenText(payload: Record<string, unknown>): Spoken | undefined {
  const text = script.safeParse(payload['text']);
  const older = olderScript.safeParse(payload['tts_text']);
  const language = tag.safeParse(payload['language']);
  const spoken = text.data ?? older.data;
  if (!text.success || !older.success || !language.success || spoken === undefined) return undefined;
  return { text: spoken, language: language.data ?? null };
}

function sentencesOf({ text, language }: Spoken): unknown {
  const sentences = splitScript(text, language).map(({ raw }) => raw.trim());
  return {
    ...Object.fromEntries(Object.keys(RESULT_SHAPES.cosyvoice).map((field) => [field, UNKNOWN])),
    sentences: sentences.map((words) => ({ text: words, start_ms: UNKNOWN, end_ms: UNKNOWN })),
    subtitles: sentences.map((words) => ({ text: words, startMs: UNKNOWN, endMs: UNKNOWN })),
  };
}
