import type { Settings } from '../options.ts';
import { splitText } from '../text/split.ts';
import { END_OF_PROMPT } from '../text/spoken.ts';
import { characterOfRecording, characterOfSpeaker, type Character } from '../voice/character.ts';
import type { Recording } from '../voice/recording.ts';
import { mannerOf, type Manner } from './manner.ts';
import type { Method } from './methods.ts';

/** What a request asks of the model, with all that fails only while it works. */
export interface Job {
  text: string;
  segments: readonly string[];
  character: Character;
  manner: Manner;
  /** Raised by the generator before its first segment: the client has its 200 by then. */
  failure?: string;
}

export interface Asked {
  method: Method;
  fields: Readonly<Record<string, string>>;
  recording: Buffer | undefined;
  speed: number;
}

/** Longest recording that the speech tokenizer takes. */
const LONGEST_SECONDS = 30;

export interface PrepareDeps {
  settings: Settings;
  tensorBug: boolean;
  decode: (file: Buffer) => Promise<Recording>;
}

interface Voice {
  character: Character;
  failure?: string;
}

async function voiceOf(
  { method, fields, recording }: Asked,
  { settings, tensorBug, decode }: PrepareDeps,
): Promise<Voice> {
  if (!method.recording || recording === undefined) {
    const id = fields['spk_id'] ?? '';
    const known = settings.speakers.includes(id);
    return { character: characterOfSpeaker(id), ...(!known && { failure: `KeyError: '${id}'` }) };
  }
  const decoded = await decode(recording);
  const character = characterOfRecording(decoded);
  if (tensorBug) return { character, failure: 'TypeError: Invalid file: tensor([[…]])' };
  const tooLong = decoded.samples.length / decoded.sampleRate > LONGEST_SECONDS;
  return {
    character,
    ...(tooLong && { failure: 'AssertionError: do not support extract speech token for audio longer than 30s' }),
  };
}

/** Why a method fails for this model and these texts; undefined when it does not. */
function refusal({ method, fields }: Asked, { model }: Settings): string | undefined {
  if (method.name === 'inference_instruct' && model !== 'v1')
    return 'AssertionError: inference_instruct is only implemented for CosyVoice!';
  const texts = method.texts.map((name) => fields[name] ?? '');
  if (model === 'v3' && !texts.some((text) => text.includes(END_OF_PROMPT)))
    return 'AssertionError: <|endofprompt|> not detected in CosyVoice3 text or prompt_text, check your input!';
  return undefined;
}

function segmentsOf(text: string): { segments: readonly string[]; failure?: string } {
  try {
    return { segments: splitText(text) };
  } catch (error) {
    return { segments: [], failure: `IndexError: ${String(error)}` };
  }
}

/**
 * What happens before the answer begins.
 * @throws when that fails, which is answered with 500.
 */
export async function prepare(asked: Asked, deps: PrepareDeps): Promise<Job> {
  const { method, fields, speed } = asked;
  const { settings } = deps;
  const voice = await voiceOf(asked, deps);
  if (method.name === 'inference_instruct2' && settings.model === 'v1')
    throw new Error("'CosyVoice' object has no attribute 'inference_instruct2'");
  const text = fields['tts_text'] ?? '';
  const instruction = fields['instruct_text'] ?? '';
  const split = segmentsOf(text);
  const failure = refusal(asked, settings) ?? split.failure ?? voice.failure;
  // An instruction without its end is taken for text.
  const readAloud = instruction !== '' && settings.release === '2025-12' && !instruction.includes(END_OF_PROMPT);
  const manner = readAloud ? mannerOf('') : mannerOf(instruction);
  return {
    text,
    segments: split.segments.map((segment) => (readAloud ? `${instruction}. ${segment}` : segment)),
    character: voice.character,
    manner: { ...manner, tempo: manner.tempo * speed },
    ...(failure !== undefined && { failure }),
  };
}
