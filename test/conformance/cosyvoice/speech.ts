import type { Model } from '../../../src/simulators/cosyvoice/options.ts';
import { ask, multipart, type Answer, type Part } from './client.ts';
import { recording } from './recordings.ts';

const PREFIX = 'You are a helpful assistant.<|endofprompt|>';

/** The text of a recording, as the model wants it. */
export const transcript = (model: Model): string =>
  model === 'v3' ? `${PREFIX}希望你以后能够做的比我还好呦。` : '希望你以后能够做的比我还好呦。';

/** What a server can do, as its `/openapi.json` says. */
export interface Abilities {
  paths: string[];
  verb: 'GET' | 'POST';
}

export async function abilitiesOf(url: string): Promise<Abilities> {
  const { paths } = JSON.parse((await ask(`${url}/openapi.json`)).body.toString()) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const verbs = Object.keys(paths['/inference_sft'] ?? {});
  return { paths: Object.keys(paths), verb: verbs.includes('post') ? 'POST' : 'GET' };
}

/** Asks for speech in the voice of a recording; the way that every server has. */
export async function speak(url: string, model: Model, text: string, prompt: Part = voice): Promise<Answer> {
  const { verb } = await abilitiesOf(url);
  const form = multipart({ tts_text: text, prompt_text: transcript(model), prompt_wav: prompt });
  return ask(`${url}/inference_zero_shot`, verb, form);
}

export const voice = { file: recording(), filename: 'voice.wav' };

/** Whether it can use recordings at all: upstream's own server has failed every one since December 2025. */
export async function usesRecordings(url: string, model: Model): Promise<boolean> {
  const answer = await speak(url, model, '你好，世界。今天的天气很不错。');
  return answer.whole && answer.body.length > 0;
}
