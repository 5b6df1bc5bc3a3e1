import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Speech, SpeechJob } from '../../../src/drivers/cosyvoice/driver.ts';
import { compileDriver } from '../../helpers/driver-worker.ts';
import { randomFrom } from '../comfyui/random.ts';
import { simulatedRig, type SpeechRig } from './rig.ts';

/** `COSYVOICE_SEED` repeats a run; each run has its own otherwise. */
const SEED = Number(process.env['COSYVOICE_SEED'] ?? Math.floor(Math.random() * 1e9));
/** `COSYVOICE_KILLS` makes it longer. */
const KILLS = Number(process.env['COSYVOICE_KILLS'] ?? 10);

const SENTENCES = Array.from(
  { length: 20 },
  (_, index) => `Here is the sentence with the number ${index + 1} for you.`,
);
const SCRIPT = SENTENCES.join(' ');

type Simulated = Awaited<ReturnType<typeof simulatedRig>>;

/** Vitest compares long buffers very slowly. */
const isSame = async (a: string, b: string): Promise<boolean> => (await readFile(a)).equals(await readFile(b));

const job = (rig: SpeechRig) => ({
  input: rig.input(SCRIPT),
  taskId: 'task-1',
  workDir: rig.workDir,
  outputFile: rig.outputFile(),
});

/** The same speech with its files in the folder of another rig. */
const inFolderOf = (rig: SpeechRig, speech: Speech): Speech => {
  const [audio, srt] = speech.files.map((one) => ({ ...one, file: rig.outputFile(path.basename(one.file)) }));
  return { ...speech, srtFile: rig.outputFile('speech.srt'), files: [audio, srt] as Speech['files'] };
};

/** Sentences that CosyVoice worked on more often than once. */
const repetitions = ({ simulator }: Simulated): number => {
  const { generations } = simulator.stats();
  expect(SENTENCES.filter((text) => generations[text] === undefined)).toEqual([]);
  return SENTENCES.reduce((sum, text) => sum + (generations[text] ?? 0) - 1, 0);
};

test(`An attempt abandoned ten times during 20 sentences repeats at most one each time (seed ${SEED}).`, async () => {
  const undisturbed = await simulatedRig();
  const expected = await undisturbed.speak(undisturbed.input(SCRIPT));

  const rig = await simulatedRig({ segmentMs: 20 }, { timings: { waitOut: 0 } });
  const random = randomFrom(SEED);
  const moments = Array.from({ length: 10 }, () => 1 + Math.floor(random() * SENTENCES.length)).toSorted(
    (a, b) => a - b,
  );
  for (const moment of moments) {
    const controller = new AbortController();
    const delay = random() * 40;
    const onProgress = (_fraction: number, text: string): void => {
      if (text === `sentence ${moment} of 20`) setTimeout(() => controller.abort(new Error('gone')), delay);
    };
    await rig.speak(rig.input(SCRIPT), { signal: controller.signal, onProgress }).catch((error: unknown) => {
      if (error !== controller.signal.reason) throw error;
    });
  }

  const speech = await rig.speak(rig.input(SCRIPT));
  expect(speech).toEqual(inFolderOf(rig, expected));
  expect(repetitions(rig)).toBeLessThanOrEqual(moments.length);
  expect(await isSame(rig.outputFile(), undisturbed.outputFile())).toBe(true);
});

// It compiles the driver and starts a process for each kill.
test(`A worker killed ${KILLS} times during 20 sentences repeats at most one a kill (seed ${SEED}).`, async () => {
  const { attempt, remove } = await compileDriver<SpeechJob, Speech>('cosyvoice');
  onTestFinished(remove);
  const undisturbed = await simulatedRig();
  const expected = await undisturbed.speak(undisturbed.input(SCRIPT));

  const rig = await simulatedRig({ segmentMs: 40 });
  const options = { url: rig.simulator.url, assetRoot: rig.root };
  const random = randomFrom(SEED);
  let kills = 0;
  let outcome = await attempt(options, job(rig), random() * 400);
  while (outcome.type === 'killed') {
    kills++;
    const killAfter = kills < KILLS ? random() * 400 : undefined;
    outcome = await attempt(options, job(rig), killAfter);
  }

  expect(outcome).toEqual({
    type: 'done',
    result: inFolderOf(rig, expected),
  });
  expect(repetitions(rig)).toBeLessThanOrEqual(kills);
  expect(await isSame(rig.outputFile(), undisturbed.outputFile())).toBe(true);
  expect(kills).toBeGreaterThan(0);
}, 240_000);
