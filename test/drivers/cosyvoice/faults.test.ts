import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { AppError, type ErrorCode } from '../../../src/errors.ts';
import type { Faults } from '../../../src/simulators/cosyvoice/faults.ts';
import type { SpeechRig } from './rig.ts';
import { simulatedRig } from './rig.ts';

const SCRIPT = 'This is the first sentence. The second one is struck. And here is the third.';
/** The second sentence's fault. */
const only = 'struck';

const failure = async (speaking: Promise<unknown>): Promise<AppError> => {
  const error: unknown = await speaking.then(
    () => new Error('it succeeded'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof AppError) return error;
  throw error;
};
const results = (rig: SpeechRig): Promise<string[]> => readdir(path.join(rig.root, 'audio'));
const finished = (rig: SpeechRig): Promise<string[]> => readdir(path.join(rig.workDir, 'sentences')).catch(() => []);

const PASSING: [string, Partial<Faults>, string][] = [
  ['a body that is cut at once', { cuts: { times: 2, afterBytes: 0 } }, 'cut before the first sound'],
  ['a body that is cut in the middle', { cuts: { times: 2, afterBytes: 5000 } }, 'cut after 5000 bytes'],
  ['half a sample at the end', { oddBodies: 2 }, 'half a sample'],
  ['an empty body', { emptyBodies: 2 }, 'an empty answer'],
  ['silence', { silentBodies: 2 }, 'silence'],
  ['an error without a word', { errors500: 2 }, 'HTTP 500'],
  ['a part of the speech only', { tooShort: 2 }, 'too short for its text'],
  ['speech that does not end', { tooLong: 2 }, 'too long for its text'],
];

test.each(PASSING)(
  'A sentence is spoken again after %s, and the file is as without.',
  async (_case, faults, reason) => {
    const rig = await simulatedRig();
    await rig.speak(rig.input(SCRIPT));

    const other = await simulatedRig();
    other.simulator.setFaults({ only, ...faults });
    await other.speak(other.input(SCRIPT));
    const [disturbed, undisturbed] = await Promise.all([readFile(other.outputFile()), readFile(rig.outputFile())]);
    expect(disturbed.equals(undisturbed)).toBe(true);
    expect(Object.values(other.simulator.stats().generations)).toContain(1);
    expect(other.simulator.stats().requests.length).toBe(5);
    expect(other.lines.filter((line) => line.includes(reason))).toHaveLength(2);
  },
);

test.each(PASSING)(
  '%s, three times: the task fails by the sentence’s name, and there is no file.',
  async (_case, faults, reason) => {
    const rig = await simulatedRig();
    const lasting = Object.fromEntries(
      Object.entries(faults).map(([name, value]) => [name, typeof value === 'object' ? { ...value, times: 9 } : 9]),
    );
    rig.simulator.setFaults({ only, ...lasting });
    const error = await failure(rig.speak(rig.input(SCRIPT)));
    expect(error.code).toBe('cosyvoice_sentence_failed');
    expect(error.message).toContain('sentence 2 of 3, "The second one is struck."');
    expect(error.message).toContain(reason);
    expect(await results(rig)).toEqual([]);
    expect(await finished(rig)).toHaveLength(1);

    rig.simulator.clearFaults();
    await rig.speak(rig.input(SCRIPT));
    expect(rig.simulator.stats().completed['This is the first sentence.']).toBe(1);
  },
);

test.each<[string, Partial<Faults>]>([
  ['before the headers', { hangsBeforeHeaders: 9 }],
  ['in the body', { hangsInBody: 9 }],
  ['after some bytes', { hangsAfterBytes: 9 }],
  ['in a segment that takes too long', { slowSegments: { times: 9, ms: 60_000 } }],
])('A server that hangs %s runs into the deadline of the sentence.', async (_case, faults) => {
  const rig = await simulatedRig({}, { timings: { sentence: 300 } });
  rig.simulator.setFaults(faults);
  const error = await failure(rig.speak(rig.input('The only sentence is struck.')));
  expect(error.code).toBe('cosyvoice_stalled');
  expect(error.message).toContain('sentence 1 of 1, "The only sentence is struck."');
  await vi.waitFor(() => expect(rig.simulator.stats().disconnects).toBe(3), 20_000);
  expect(await results(rig)).toEqual([]);
});

test('A segment that is slow but in time is waited for.', async () => {
  const rig = await simulatedRig();
  rig.simulator.setFaults({ only, slowSegments: { times: 1, ms: 700 } });
  await rig.speak(rig.input(SCRIPT));
  expect(rig.simulator.stats().requests.length).toBe(3);
});

test('The server of late 2025 is recognised when it fails every request with a recording.', async () => {
  const rig = await simulatedRig();
  rig.simulator.setFaults({ tensorBug: true });
  const error = await failure(rig.speak(rig.input(SCRIPT)));
  expect(error.code).toBe('cosyvoice_prompt_broken');
  expect(error.message).toContain('every answer to a request with a reference recording');
  expect(error.body.hint).toContain('server.py');
  expect(rig.simulator.stats().requests.length).toBe(3);
});

test('Cut answers of a server that has spoken with the recording before are not blamed on that bug.', async () => {
  const rig = await simulatedRig();
  rig.simulator.setFaults({ only, cuts: { times: 9, afterBytes: 0 } });
  expect((await failure(rig.speak(rig.input(SCRIPT)))).code).toBe('cosyvoice_sentence_failed');
});

test('A server that dies with our work is lost, which is tried again; one that is away is waited for.', async () => {
  const rig = await simulatedRig();
  rig.simulator.setFaults({ only, deaths: 1 });
  const lost = await failure(rig.speak(rig.input(SCRIPT)));
  expect(lost.code).toBe('cosyvoice_lost');
  expect(lost.entry.class).toBe('transient');
  expect(lost.message).toContain('sentence 2 of 3');

  const away = await failure(rig.speak(rig.input(SCRIPT)));
  expect(away.code).toBe('cosyvoice_unavailable');
  expect(away.entry.class).toBe('unavailable');
  expect(away.message).toMatch(/^Connection refused: CosyVoice does not answer: http:\/\/.*ECONNREFUSED/);

  await rig.simulator.restart();
  await rig.speak(rig.input(SCRIPT));
  expect(Object.values(rig.simulator.stats().completed)).toEqual([1, 1, 1]);
});

test('A server that refuses connections between two sentences is waited for, and keeps what is finished.', async () => {
  const rig = await simulatedRig();
  let refusing: Promise<void> | undefined;
  const onProgress = (_fraction: number, text: string): void => {
    if (text === 'sentence 2 of 3') refusing = rig.simulator.refuse(300);
  };
  const error = await failure(rig.speak(rig.input(SCRIPT), { onProgress }));
  expect(error.code).toBe('cosyvoice_unavailable');
  expect(await finished(rig)).toHaveLength(1);
  await refusing;
  await rig.speak(rig.input(SCRIPT));
  expect(Object.values(rig.simulator.stats().completed)).toEqual([1, 1, 1]);
});

test('A server that is loading is not up; after loading it is up.', async () => {
  const rig = await simulatedRig();
  const refusing = rig.simulator.refuse(200);
  expect(await rig.driver.check()).toMatchObject({ up: false, code: 'cosyvoice_unavailable' });
  await refusing;
  expect(await rig.driver.check()).toEqual({ up: true, dialect: 'v2', forced: false, version: '0.1.0' });
});

const named = async (change: Parameters<SpeechRig['input']>[1], code: ErrorCode): Promise<AppError> => {
  const rig = await simulatedRig();
  const error = await failure(rig.speak(rig.input(SCRIPT, change)));
  expect(error.code).toBe(code);
  expect(rig.simulator.stats().requests.length).toBe(0);
  return error;
};

test('A recording that was removed after the submission is named.', async () => {
  const voice = { id: 'gone', recording: 'voices/gone.wav', transcript: null, speaker: null };
  expect((await named({ voice }, 'asset_missing')).message).toContain('voices/gone.wav');
});

test('A voice that this kind of server cannot use is refused with what it needs.', async () => {
  const voice = { id: 'anna', recording: null, transcript: null, speaker: 'anna' };
  const error = await named({ voice, mode: 'instruct', instruction: 'softly' }, 'cosyvoice_unsupported');
  expect(error.message).toContain('needs a voice with a recording');
});
