import { onTestFinished, vi } from 'vitest';
import { freePort } from '../../../src/local/stack/ports.ts';
import type { CosyvoiceSimulatorOptions } from '../../../src/simulators/cosyvoice/options.ts';
import { createCosyvoiceSimulator, type CosyvoiceSimulator } from '../../../src/simulators/cosyvoice/simulator.ts';
import { ask, multipart, type Answer } from '../../conformance/cosyvoice/client.ts';
import { recording } from '../../conformance/cosyvoice/recordings.ts';

vi.setConfig({ testTimeout: 60_000 });

/** A stand-in for the time of one test; it babbles unless told otherwise. */
export async function startSimulator(options: CosyvoiceSimulatorOptions = {}): Promise<CosyvoiceSimulator> {
  const simulator = await createCosyvoiceSimulator({
    port: await freePort(),
    segmentMs: 1,
    voice: 'babble',
    ...options,
  });
  onTestFinished(() => simulator.close());
  return simulator;
}

export const VOICE = recording({ seconds: 1 });

/** Asks for speech in the voice of a recording. */
export function say(
  url: string,
  text: string,
  more: { voice?: Buffer; fields?: Record<string, string> } = {},
): Promise<Answer> {
  const { voice = VOICE, fields = {} } = more;
  const form = multipart({
    tts_text: text,
    prompt_text: '<|endofprompt|>So sounds my voice.',
    prompt_wav: { file: voice, filename: 'voice.wav' },
    ...fields,
  });
  return ask(`${url}/inference_zero_shot`, 'POST', form);
}

export const samplesOf = (bytes: Buffer): Int16Array =>
  Int16Array.from({ length: bytes.length >> 1 }, (_, at) => bytes.readInt16LE(at * 2));

/** Root mean square of samples from −1 to 1. */
export function loudness(samples: Int16Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + (sample / 32_768) ** 2, 0) / Math.max(1, samples.length));
}

/** Waits until something is so. */
export async function until(look: () => boolean): Promise<void> {
  while (!look())
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
}
