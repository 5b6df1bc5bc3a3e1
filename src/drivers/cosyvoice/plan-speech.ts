import type { CosyvoiceInput } from '../../contracts/cosyvoice.ts';
import { performable, readable } from '../../speech/marks.ts';
import { splitScriptInTurns } from '../../speech/split-script.ts';
import type { SpeechRequest } from './http.ts';
import type { Server } from './detect-server.ts';
import { type SentenceKey, sentenceFile } from './sentence-files.ts';

export interface PlannedSentence {
  /** The text as written, without marks that the model performs. */
  text: string;
  endsSentence: boolean;
  /** The text that is sent instead: one line. */
  spoken: string;
  /** The file of its sound. */
  file: string;
  key: SentenceKey;
  request: (attempt: number) => SpeechRequest;
}

export interface Plan {
  sentences: PlannedSentence[];
  /** The factor by which the server itself changes the pace. */
  speed: number;
  /** Fields of the payload that neither the server nor the driver supports. */
  ignored: string[];
  /** Warnings about marks that this model does not know. */
  warnings: string[];
}

export interface PlanOptions {
  workDir: string;
  recording: { name: string; data: Buffer } | null;
  sampleRate: number;
}

/** The optional fields that this wrapper accepts. */
function extras(input: CosyvoiceInput, known: ReadonlySet<string>, attempt: number): Record<string, string> {
  return {
    ...(known.has('speed') && input.speed !== 1 && { speed: String(input.speed) }),
    // With the same seed, a bad sentence would be bad again.
    ...(known.has('seed') && input.seed !== null && { seed: String(input.seed + attempt) }),
    ...(known.has('stream') && { stream: 'false' }),
  };
}

const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/** Line breaks are only layout; between Chinese or Japanese characters they do not even mean a space. */
const oneLine = (text: string): string =>
  text.replace(/(?<!\s)\s*[\n\r]\s*/g, (whole, at: number) => {
    const [before = '', after = ''] = [text[at - 1], text[at + whole.length]];
    return CJK.test(before) && CJK.test(after) ? '' : ' ';
  });

function notPerformed(marks: readonly string[], dialect: string): string {
  const kinds = [...new Set(marks)].slice(0, 5).join(' ');
  const what = marks.length === 1 ? '1 mark' : `${marks.length} marks`;
  return `text: not performed: ${what} that this model (${dialect}) does not know, such as ${kinds}`;
}

/** The whole script as requests to this server. @throws {AppError} `cosyvoice_unsupported` */
export async function planSpeech(
  input: CosyvoiceInput,
  { dialect, fieldsOf }: Server,
  options: PlanOptions,
): Promise<Plan> {
  const { workDir, recording, sampleRate } = options;
  const { mode, instruction, language, voice } = input;
  const { transcript, speaker } = voice;
  const counts = new Map<string, number>();
  const performs = dialect.performs(mode);
  const left: string[] = [];
  let known: ReadonlySet<string> = new Set();

  const pieces = await splitScriptInTurns(input.text, language);
  const sentences = pieces.map(({ raw, endsSentence }): PlannedSentence => {
    const text = readable(raw);
    const sent = input.textFormat === 'plain' ? { text: raw.trim(), left: [] } : performable(raw, performs);
    left.push(...sent.left);
    const spoken = oneLine(sent.text);
    const hasRecording = recording !== null;
    const asked = dialect.ask({ text: spoken, mode, instruction, language, hasRecording, transcript, speaker });
    known = fieldsOf(asked.path);
    const request = (attempt: number): SpeechRequest => ({
      method: dialect.method,
      path: asked.path,
      fields: { ...asked.fields, ...extras(input, known, attempt) },
      recording: asked.withRecording ? recording : null,
    });
    const occurrence = counts.get(spoken) ?? 0;
    counts.set(spoken, occurrence + 1);
    const tempo = known.has('speed') ? 1 : input.speed;
    const key = { request: request(0), occurrence, sampleRate, tempo };
    return { text, endsSentence, spoken, key, file: sentenceFile(workDir, key), request };
  });
  return {
    sentences,
    speed: known.has('speed') ? input.speed : 1,
    ignored: input.seed !== null && !known.has('seed') ? ['seed'] : [],
    warnings: left.length === 0 ? [] : [notPerformed(left, dialect.name)],
  };
}
