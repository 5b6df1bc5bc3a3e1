import { cosyvoicePayloadSchema, type TextFormat } from '../contracts/cosyvoice.ts';
import { ENGINES } from '../contracts/engines.ts';
import { readable } from '../speech/marks.ts';
import { readScript } from '../speech/read-script.ts';
import { splitScript } from '../speech/split-script.ts';
import { UNKNOWN } from './unknown-value.ts';

const { text: script, tts_text: olderScript, text_format: textFormat, language: tag } = cosyvoicePayloadSchema.shape;

/**
 * The known part of a voice's result before it is spoken: its sentences and their words, not their times. A script is
 * split only once.
 * @param onSplit called with the number of characters that will be split.
 */
export function createPreviewVoice(onSplit: (characters: number) => void) {
  const known = new Map<string, unknown>();
  return (payload: Record<string, unknown>): unknown => {
    const spoken = spokenText(payload);
    if (spoken === undefined) return UNKNOWN;
    const key = `${spoken.format}:${spoken.language ?? ''}:${spoken.text}`;
    const result = known.get(key) ?? (onSplit(spoken.text.length), sentencesOf(spoken));
    known.set(key, result);
    return result;
  };
}

interface Spoken {
  text: string;
  format: TextFormat;
  language: NonNullable<Parameters<typeof splitScript>[1]> | null;
}

function spokenText(payload: Record<string, unknown>): Spoken | undefined {
  const text = script.safeParse(payload['text']);
  const older = olderScript.safeParse(payload['tts_text']);
  const language = tag.safeParse(payload['language']);
  const format = textFormat.safeParse(payload['text_format']);
  const spoken = text.data ?? older.data;
  const isRight = [text, older, language, format].every(({ success }) => success);
  if (!isRight || spoken === undefined) return undefined;
  return { text: spoken, format: format.data ?? 'auto', language: language.data ?? null };
}

function sentencesOf({ text, format, language }: Spoken): unknown {
  const read = readScript(text, format);
  const sentences = splitScript(read.text, language ?? read.language).map(({ raw }) => readable(raw));
  return {
    ...Object.fromEntries(Object.keys(ENGINES.cosyvoice.resultShape).map((field) => [field, UNKNOWN])),
    sentences: sentences.map((words) => ({ text: words, start_ms: UNKNOWN, end_ms: UNKNOWN })),
    subtitles: sentences.map((words) => ({ text: words, startMs: UNKNOWN, endMs: UNKNOWN })),
  };
}
