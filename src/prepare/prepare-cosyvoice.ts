import {
  cosyvoicePayloadSchema,
  type CosyvoiceInput,
  type CosyvoicePayload,
  type SpeechMode,
} from '../contracts/cosyvoice.ts';
import { fieldErrors, isAbsent } from '../contracts/fields.ts';
import { didYouMean } from '../contracts/nearest.ts';
import type { ErrorCode, FieldError } from '../errors.ts';
import { estimateSeconds } from '../speech/estimate.ts';
import { isSpeakable } from '../speech/marks.ts';
import { readScript, type ReadScript } from '../speech/read-script.ts';
import type { Voice } from '../voices/voice.ts';
import { located, outputErrors, type Output } from './outputs.ts';
import { findVoice, type FindVoiceDeps, type FoundVoice } from './find-voice.ts';
import { speechOutput } from './speech-output.ts';
import type { Prepare } from './prepare.ts';

export type PrepareCosyvoiceDeps = FindVoiceDeps;

export interface PreparedCosyvoice {
  input: CosyvoiceInput | undefined;
  summary: string;
  errors: FieldError[];
  outputs: readonly Output[];
  /** The code of the answer, if it is more specific than `invalid_request`. */
  code?: ErrorCode | undefined;
}

/** Between two sentences, where the task does not say. */
const DEFAULT_PAUSE_MS = 250;

/** The valid fields of a payload that may have errors, so that voice and output are checked in any case. */
function parsedPart(payload: object): Partial<CosyvoicePayload> {
  const { shape } = cosyvoicePayloadSchema;
  const entries = Object.entries(shape).flatMap(([key, schema]) => {
    const parsed = schema.safeParse((payload as Record<string, unknown>)[key]);
    return parsed.success && parsed.data !== undefined ? [[key, parsed.data] as const] : [];
  });
  return Object.fromEntries(entries) as Partial<CosyvoicePayload>;
}

/**
 * If the task names no mode, an instruction selects `instruct`. Without any instruction, `instruct` clones the voice.
 */
function modeOf(payload: CosyvoicePayload, voice: Voice | undefined): { mode: SpeechMode; instruction: string | null } {
  const wanted = payload.mode ?? (payload.instruct_text ? 'instruct' : (voice?.mode ?? 'clone'));
  const instruction = payload.instruct_text || voice?.instruction || null;
  return wanted === 'instruct' && instruction !== null
    ? { mode: 'instruct', instruction }
    : { mode: 'clone', instruction: null };
}

function summarise({ text, voice, outputPath }: CosyvoiceInput): string {
  const seconds = Math.max(1, Math.round(estimateSeconds(text)));
  return `about ${seconds} s of speech, ${voice.id === null ? 'a recorded voice' : `voice ${voice.id}`} → ${outputPath}`;
}

const nothingLeft = ({ warnings }: ReadScript): string =>
  `expected text with at least one word to speak; nothing of this text is left to speak${warnings.length === 0 ? '' : ` (${warnings.join('; ')})`}`;

const codeOf = (found: FoundVoice, others: number): ErrorCode | undefined =>
  !('speech' in found) && others === 0 ? found.code : undefined;

/** Validates the payload of a `cosyvoice` task, its voice included, and reports every error at once. */
export async function prepareCosyvoice(
  deps: PrepareCosyvoiceDeps,
  taskId: string,
  payload: object,
): Promise<PreparedCosyvoice> {
  const parsed = cosyvoicePayloadSchema.safeParse(payload);
  const part = parsedPart(payload);
  const wrong = parsed.success ? [] : fieldErrors(parsed.error, ['payload']);
  const { text: newer, tts_text: older } = payload as Record<string, unknown>;
  if (isAbsent(newer) && isAbsent(older)) wrong.push({ path: 'payload.text', message: 'expected the text to speak' });
  const format = part.text_format ?? 'auto';
  const text = part.text ?? part.tts_text;
  const script = text === undefined ? undefined : readScript(text, format);
  if (script !== undefined && !isSpeakable(script.text))
    wrong.push({ path: part.text === undefined ? 'payload.tts_text' : 'payload.text', message: nothingLeft(script) });
  // A wrong voice_id is reported once.
  const isToldAlready = wrong.some(({ path }) => path === 'payload.voice_id' || path === 'payload.prompt_wav_path');
  const found = await findVoice(deps, part);
  const output = speechOutput(deps.assets, taskId, part);
  const outputs = 'outputs' in output ? await located(deps.assets, output.outputs) : [];
  const recording = 'speech' in found ? found.speech.recording : null;
  const rules = { taskId, overwrite: part.overwrite === true, inputs: recording === null ? [] : [recording] };
  const others = [...wrong, ...output.errors, ...(await outputErrors(deps.assets, outputs, rules))];
  const voiceErrors = found.errors.map(({ path, message }) => ({
    path,
    message: message + (path === 'payload.voice_id' ? didYouMean(payload, 'voice_id') : ''),
  }));
  const errors = [...others, ...(isToldAlready ? [] : voiceErrors)];
  if (errors.length > 0 || !parsed.success || script === undefined || !('speech' in found) || !('path' in output))
    return { input: undefined, summary: '', errors, outputs, code: codeOf(found, others.length) };

  const { data } = parsed;
  const input: CosyvoiceInput = {
    text: script.text,
    ...(format === 'plain' ? { textFormat: format } : {}),
    voice: found.speech,
    ...modeOf(data, found.voice),
    language: data.language ?? script.language,
    speed: data.speed ?? 1,
    seed: data.seed ?? null,
    pauseMs: data.pause_ms ?? DEFAULT_PAUSE_MS,
    loudness: data.loudness ?? null,
    format: output.format,
    outputPath: output.path,
    ...(data.overwrite === true ? { overwrite: true } : {}),
    ...(script.warnings.length > 0 ? { warnings: script.warnings } : {}),
  };
  return { input, summary: summarise(input), errors: [], outputs };
}

/** The description of the speech in the Web UI, in Markdown. No spoken text. */
const describe = ({ text, voice, mode, language, format, outputPath }: CosyvoiceInput): string =>
  [
    `**Makes** \`${outputPath}\` (${format})`,
    `**Voice** ${voice.id ?? voice.recording ?? voice.speaker ?? 'unknown'}, ${mode}`,
    `**Script** ${text.length} characters, ${language ?? 'language by its letters'}`,
  ].join('\n\n');

/** Validates the payload of a `cosyvoice` task for `POST /submit_task`. */
export const createPrepareCosyvoice =
  (deps: PrepareCosyvoiceDeps): Prepare<'cosyvoice'> =>
  async (taskId, payload) => {
    const { input, summary, errors, outputs, code } = await prepareCosyvoice(deps, taskId, payload);
    if (input === undefined) return { input, errors, outputs, code };
    return { input, summary, details: describe(input), errors: [], outputs };
  };
