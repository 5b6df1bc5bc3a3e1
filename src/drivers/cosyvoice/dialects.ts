import { ASSISTANT_PROMPT, END_OF_PROMPT, type SpeechMode } from '../../contracts/cosyvoice.ts';
import type { CosyvoiceDialect } from '../../contracts/cosyvoice-dialects.ts';
import { AppError } from '../../errors.ts';
import { guessLanguage } from '../../speech/language.ts';
import {
  PERFORMED_BY_NONE,
  PERFORMED_BY_V1_INSTRUCT,
  PERFORMED_BY_V2,
  PERFORMED_BY_V3,
  type Performs,
} from '../../speech/marks.ts';

/** One sentence and how the task wants it spoken. */
export interface Wanted {
  text: string;
  mode: SpeechMode;
  instruction: string | null;
  /** Null: determined by the letters of the sentence. */
  language: string | null;
  hasRecording: boolean;
  transcript: string | null;
  speaker: string | null;
}

/** The request for a sentence to a server of one dialect. */
export interface Asked {
  path: string;
  fields: Record<string, string>;
  withRecording: boolean;
}

/** One kind of server: its requests and the format of its answers. */
export interface Dialect {
  name: CosyvoiceDialect;
  method: 'GET' | 'POST';
  /** Sample rate of answers without a header. */
  sampleRate: number;
  /** The marks in a text that its model performs. */
  performs(mode: SpeechMode): Performs;
  /** @throws {AppError} `cosyvoice_unsupported` */
  ask(wanted: Wanted): Asked;
}

/** The differences between the generations of the model. */
interface Family {
  sampleRate: number;
  transcript(words: string): string;
  /** The text of a request without a transcript. */
  bareText(text: string, language: string | null): string;
  instruction(words: string): string;
  /** Whether an instruction needs a built-in speaker instead of a recording. */
  instructsSpeakers: boolean;
  performs: Readonly<Record<SpeechMode, Performs>>;
}

/** Languages for which version 1 accepts a mark. */
const MARKED_LANGUAGES = new Set(['zh', 'en', 'ja', 'yue', 'ko']);

const V1: Family = {
  sampleRate: 22_050,
  transcript: (words) => words,
  bareText(text, language) {
    const [code = ''] = (language ?? guessLanguage(text)).toLowerCase().split('-');
    return MARKED_LANGUAGES.has(code) && !text.startsWith('<|') ? `<|${code}|>${text}` : text;
  },
  instruction: (words) => `${words}${END_OF_PROMPT}`,
  instructsSpeakers: true,
  performs: { clone: PERFORMED_BY_NONE, instruct: PERFORMED_BY_V1_INSTRUCT },
};

const V2: Family = {
  sampleRate: 24_000,
  transcript: (words) => words,
  bareText: (text) => text,
  instruction: (words) => `${words}${END_OF_PROMPT}`,
  instructsSpeakers: false,
  performs: { clone: PERFORMED_BY_V2, instruct: PERFORMED_BY_V2 },
};

/** Version 3 fails if the mark is missing from a text that needs it. */
const V3: Family = {
  sampleRate: 24_000,
  transcript: (words) => `${ASSISTANT_PROMPT}${END_OF_PROMPT}${words}`,
  bareText: (text) => `${ASSISTANT_PROMPT}${END_OF_PROMPT}${text}`,
  instruction: (words) => `${ASSISTANT_PROMPT} ${words}${END_OF_PROMPT}`,
  instructsSpeakers: false,
  performs: { clone: PERFORMED_BY_V3, instruct: PERFORMED_BY_V3 },
};

/** The server marks the end of an instruction itself. */
const unmarked = (family: Family): Family => ({ ...family, instruction: (words) => words });

const unsupported = (name: CosyvoiceDialect, why: string): AppError =>
  new AppError(
    'cosyvoice_unsupported',
    `${why} (the server was taken for ${name}; if this is wrong, the operator can set COSYVOICE_DIALECT)`,
  );

function instruct(name: CosyvoiceDialect, family: Family, wanted: Wanted, words: string): Asked {
  const { text: tts_text, speaker, hasRecording } = wanted;
  const instruct_text = family.instruction(words);
  if (!family.instructsSpeakers) {
    if (hasRecording) return { path: '/inference_instruct2', fields: { tts_text, instruct_text }, withRecording: true };
    throw unsupported(name, 'mode instruct needs a voice with a recording');
  }
  if (speaker !== null)
    return {
      path: '/inference_instruct',
      fields: { tts_text, spk_id: speaker, instruct_text },
      withRecording: false,
    };
  throw unsupported(name, 'mode instruct needs a voice with a speaker of the model: "speaker" in voice.json');
}

function clone(name: CosyvoiceDialect, family: Family, wanted: Wanted): Asked {
  const { text, transcript, speaker, hasRecording, language } = wanted;
  if (hasRecording && transcript !== null) {
    const fields = { tts_text: text, prompt_text: family.transcript(transcript) };
    return { path: '/inference_zero_shot', fields, withRecording: true };
  }
  if (hasRecording) {
    const fields = { tts_text: family.bareText(text, language) };
    return { path: '/inference_cross_lingual', fields, withRecording: true };
  }
  if (speaker !== null)
    return { path: '/inference_sft', fields: { tts_text: text, spk_id: speaker }, withRecording: false };
  throw unsupported(name, 'the voice has neither a recording nor a speaker');
}

function dialect(name: CosyvoiceDialect, family: Family, method: 'GET' | 'POST' = 'POST'): Dialect {
  return {
    name,
    method,
    sampleRate: family.sampleRate,
    performs: (mode) => family.performs[mode],
    ask: (wanted) =>
      wanted.mode === 'instruct' && wanted.instruction !== null
        ? instruct(name, family, wanted, wanted.instruction)
        : clone(name, family, wanted),
  };
}

export const DIALECTS: Readonly<Record<CosyvoiceDialect, Dialect>> = {
  v1: dialect('v1', V1),
  v2: dialect('v2', V2),
  v3: dialect('v3', V3),
  'v1-2025': dialect('v1-2025', unmarked(V1)),
  'v2-2025': dialect('v2-2025', unmarked(V2)),
  'v1-get': dialect('v1-get', unmarked(V1), 'GET'),
};
