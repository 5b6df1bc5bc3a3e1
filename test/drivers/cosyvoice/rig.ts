import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { parseWav } from '../../../src/assets/wav.ts';
import type { CosyvoiceInput } from '../../../src/contracts/cosyvoice.ts';
import { createCosyvoiceDriver, type Speech, type SpeechControl } from '../../../src/drivers/cosyvoice/driver.ts';
import { encodeWav } from '../../helpers/wav.ts';
import { createLineLogger } from '../../../src/logging.ts';
import { freePort } from '../../../src/local/stack/ports.ts';
import type { CosyvoiceSimulatorOptions } from '../../../src/simulators/cosyvoice/options.ts';
import { createCosyvoiceSimulator } from '../../../src/simulators/cosyvoice/simulator.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

vi.setConfig({ testTimeout: 60_000 });

/** A second of a voice that hums. */
const RECORDING = encodeWav(
  [Float32Array.from({ length: 16_000 }, (_, at) => Math.sin((at * 2 * Math.PI) / 80) / 2)],
  16_000,
);

export type DriverOptions = Partial<Parameters<typeof createCosyvoiceDriver>[0]>;

export interface SpeechRig {
  root: string;
  workDir: string;
  lines: string[];
  outputFile: (name?: string) => string;
  input: (text: string, change?: Partial<CosyvoiceInput>) => CosyvoiceInput;
  driver: ReturnType<typeof createCosyvoiceDriver>;
  speak: (input: CosyvoiceInput, control?: Partial<SpeechControl>) => Promise<Speech>;
}

/** A driver for the server at `url`, with an asset folder that has one reference recording. */
export async function speechRig(url: string, options: DriverOptions = {}): Promise<SpeechRig> {
  const root = await scratchFolder();
  const workDir = path.join(root, 'work', 'task-1');
  await mkdir(workDir, { recursive: true });
  await mkdir(path.join(root, 'audio'));
  await mkdir(path.join(root, 'voices'));
  await writeFile(path.join(root, 'voices', 'luna.wav'), RECORDING);
  const lines: string[] = [];
  const logger = createLineLogger('GPUWorker', (line) => lines.push(line));
  const driver = createCosyvoiceDriver({ url, assetRoot: root, logger, ...options });
  const outputFile = (name = 'speech.wav'): string => path.join(root, 'audio', name);
  return {
    root,
    workDir,
    lines,
    driver,
    outputFile,
    input: (text, change = {}) => ({
      text,
      voice: { id: 'luna', recording: 'voices/luna.wav', transcript: 'This is how I sound.', speaker: null },
      mode: 'clone',
      instruction: null,
      language: null,
      speed: 1,
      seed: null,
      pauseMs: 250,
      loudness: null,
      format: 'wav',
      outputPath: `audio/speech.${change.format ?? 'wav'}`,
      ...change,
    }),
    speak: (input, control = {}) =>
      driver.speak(
        { input, taskId: 'task-1', workDir, outputFile: path.join(root, input.outputPath) },
        { signal: new AbortController().signal, onProgress: () => undefined, ...control },
      ),
  };
}

/** The same with a stand-in for CosyVoice. */
export async function simulatedRig(simulated: CosyvoiceSimulatorOptions = {}, options: DriverOptions = {}) {
  const simulator = await createCosyvoiceSimulator({
    port: await freePort(),
    segmentMs: 1,
    voice: 'babble',
    ...simulated,
  });
  onTestFinished(() => simulator.close());
  return { simulator, ...(await speechRig(simulator.url, options)) };
}

/** The samples of a WAV file whose header tells the truth. */
export async function readSamples(file: string): Promise<{ samples: Int16Array; sampleRate: number }> {
  const wav = parseWav(await readFile(file));
  if (wav === undefined || wav.declaredBytes !== wav.data.length) throw new Error(`${file} is not a whole WAV file`);
  const { data, sampleRate } = wav;
  return { samples: Int16Array.from({ length: data.length >> 1 }, (_, at) => data.readInt16LE(at * 2)), sampleRate };
}
