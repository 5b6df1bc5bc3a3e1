import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { wordSeconds } from '../../../src/speech/word-seconds.ts';

const RATE = 24_000;
const SYLLABLE_SECONDS = 0.2;

export const silence = (seconds: number): Buffer => Buffer.alloc(Math.round(seconds * RATE) * 2);

/** A sound of so many seconds from a function of time, between -1 and 1. */
export function sound(seconds: number, at: (time: number) => number): Buffer {
  const samples = silence(seconds);
  for (let place = 0; place < samples.length; place += 2)
    samples.writeInt16LE(Math.round(32_000 * at(place / 2 / RATE)), place);
  return samples;
}

/** Something that comes and goes like syllables. */
export const voice = (seconds: number): Buffer =>
  sound(seconds, (time) => {
    const loudness = Math.abs(Math.sin((Math.PI * time) / SYLLABLE_SECONDS)) ** 0.7;
    return 0.4 * loudness * (Math.sin(2 * Math.PI * 180 * time) + 0.4 * Math.sin(2 * Math.PI * 720 * time));
  });

/** Always the same. */
export function noise(seconds: number, peak: number): Buffer {
  let state = 1;
  return sound(seconds, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return peak * (state / 2 ** 31 - 1);
  });
}

/** What a voice of the pace 1 says of a text. */
export const spoken = (text: string, pace = 1): Buffer =>
  Buffer.concat([silence(0.1), voice(wordSeconds(text).usual * pace), silence(0.15)]);

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return /name="tts_text"\r\n\r\n(.*?)\r\n--/s.exec(Buffer.concat(chunks).toString())?.[1] ?? '';
}

/** A server that answers each text with bare samples. @param speak is also told how often the text was asked for before. */
export async function voiceStandIn(speak: (text: string, before: number) => Buffer | string) {
  const asked = new Map<string, number>();
  const texts: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = await textOf(request);
    if (request.url === '/openapi.json') {
      response.writeHead(404).end();
      return;
    }
    texts.push(text);
    const before = asked.get(text) ?? 0;
    asked.set(text, before + 1);
    response.writeHead(200).end(speak(text, before));
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, texts };
}
