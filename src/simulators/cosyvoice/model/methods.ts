import type { Release } from '../options.ts';

export type MethodName =
  | 'inference_sft'
  | 'inference_zero_shot'
  | 'inference_cross_lingual'
  | 'inference_instruct'
  | 'inference_instruct2';

/** An inference path: its text fields in the order of the server's code, and whether a recording comes with them. */
export interface Method {
  name: MethodName;
  texts: readonly string[];
  recording: boolean;
}

const METHODS: readonly Method[] = [
  { name: 'inference_sft', texts: ['tts_text', 'spk_id'], recording: false },
  { name: 'inference_zero_shot', texts: ['tts_text', 'prompt_text'], recording: true },
  { name: 'inference_cross_lingual', texts: ['tts_text'], recording: true },
  { name: 'inference_instruct', texts: ['tts_text', 'spk_id', 'instruct_text'], recording: false },
  { name: 'inference_instruct2', texts: ['tts_text', 'instruct_text'], recording: true },
];

/** The paths of a release and how they may be asked. */
export const methodsOf = (release: Release): { methods: readonly Method[]; verbs: readonly string[] } =>
  release === '2024-07'
    ? { methods: METHODS.filter(({ name }) => name !== 'inference_instruct2'), verbs: ['GET'] }
    : { methods: METHODS, verbs: ['GET', 'POST'] };
