import type { Settings } from '../options.ts';
import { splitText } from '../text/split.ts';
import { END_OF_PROMPT } from '../text/spoken.ts';
import { characterOfSpeaker, type Character } from '../voice/character.ts';
import type { RecordingFacts } from '../voice/analyse-recording.ts';
import { styleOf, type SpeakingStyle } from './speaking-style.ts';
import type { Method } from './methods.ts';

/** The work of one request, and the failure that shows only while the model works. */
export interface Job {
  text: string;
  segments: readonly string[];
  character: Character;
  style: SpeakingStyle;
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
  analyse: (file: Buffer) => Promise<RecordingFacts>;
}

interface Voice {
  character: Character;
  failure?: string;
}

/** @throws when the recording cannot be read. */
async function voiceOf({ method, fields, recording }: Asked, deps: PrepareDeps): Promise<Voice> {
  if (!method.recording || recording === undefined) {
    const id = fields['spk_id'] ?? '';
    const known = deps.settings.speakers.includes(id);
    return { character: characterOfSpeaker(id), ...(!known && { failure: `KeyError: '${id}'` }) };
  }
  const { seconds, character } = await deps.analyse(recording);
  if (deps.tensorBug) return { character, failure: 'TypeError: Invalid file: tensor([[…]])' };
  const tooLong = 'AssertionError: do not support extract speech token for audio longer than 30s';
  return { character, ...(seconds > LONGEST_SECONDS && { failure: tooLong }) };
}

/** The error that the generator raises before it looks at a segment. */
function firstFailure({ method, fields }: Asked, { model }: Settings): string | undefined {
  if (method.name === 'inference_instruct' && model !== 'v1')
    return 'AssertionError: inference_instruct is only implemented for CosyVoice!';
  // Only white space: the splitter looks at the last letter of nothing.
  return /^\s+$/.test(fields['tts_text'] ?? '') ? 'IndexError: string index out of range' : undefined;
}

/** Upstream's assertion for v3, which falls in the thread of the language model; the shapes of nothing fit nowhere. */
const lacksMark = ({ method, fields }: Asked, { model }: Settings): boolean =>
  model === 'v3' && !method.texts.some((name) => fields[name]?.includes(END_OF_PROMPT));

/**
 * Does everything that happens before the answer begins.
 * @throws when that fails, which is answered with 500.
 */
export async function prepare(asked: Asked, deps: PrepareDeps): Promise<Job> {
  const { method, fields, speed } = asked;
  const { settings } = deps;
  const voice = await voiceOf(asked, deps);
  if (method.name === 'inference_instruct2' && settings.model === 'v1')
    throw new Error("'CosyVoice' object has no attribute 'inference_instruct2'");
  const [text = '', instruction = ''] = [fields['tts_text'], fields['instruct_text']];
  const first = firstFailure(asked, settings);
  const segments = first === undefined ? splitText(text) : [];
  const later =
    voice.failure ?? (lacksMark(asked, settings) ? 'AssertionError: <|endofprompt|> not detected' : undefined);
  const failure = first ?? (segments.length > 0 ? later : undefined);
  // An instruction without its end is taken for text.
  const readAloud = instruction !== '' && settings.release === '2025-12' && !instruction.includes(END_OF_PROMPT);
  const style = styleOf(readAloud ? '' : instruction);
  return {
    text,
    segments: readAloud ? segments.map((segment) => `${instruction}. ${segment}`) : segments,
    character: voice.character,
    style: { ...style, tempo: style.tempo * speed },
    ...(failure !== undefined && { failure }),
  };
}
