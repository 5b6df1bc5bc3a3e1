import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { probeMedia } from '../../../src/assets/probe.ts';
import type { SpokenSentence } from '../../../src/drivers/cosyvoice/driver.ts';
import { splitScript } from '../../../src/speech/split-script.ts';
import { readSamples, simulatedRig } from './rig.ts';

const SCRIPT =
  '今天天气很好，我们去公园吧！“你好，小明。”他说。\nThis is the second language. It is spoken by Dr. Smith, too.';

test('A script in two languages becomes one file, with exact times and subtitles as written.', async () => {
  const rig = await simulatedRig();
  const progress: number[] = [];
  const spoken: SpokenSentence[] = [];
  const speech = await rig.speak(rig.input(SCRIPT), {
    onProgress: (fraction) => progress.push(fraction),
    onSentence: (sentence) => spoken.push(sentence),
  });
  expect(spoken.map(({ text }) => text)).toEqual(speech.sentences.map(({ text }) => text));
  expect(spoken.map(({ done, total }) => [done, total])).toEqual([1, 2, 3, 4].map((done) => [done, 4]));
  expect(Math.min(...spoken.map(({ durationSeconds }) => durationSeconds))).toBeGreaterThan(0);

  expect(speech.sentences.map(({ text }) => text)).toEqual([
    '今天天气很好，我们去公园吧！',
    '“你好，小明。”他说。',
    'This is the second language.',
    'It is spoken by Dr. Smith, too.',
  ]);
  const { samples, sampleRate } = await readSamples(rig.outputFile());
  expect(sampleRate).toBe(24_000);
  expect(speech).toMatchObject({ sampleRate, sizeBytes: (await stat(rig.outputFile())).size, ignored: [] });
  expect(speech.durationSeconds).toBeCloseTo(samples.length / sampleRate, 3);

  const edges = speech.sentences.map(({ startMs, endMs }) => [startMs, endMs].map((ms) => (ms * sampleRate) / 1000));
  for (const [from = 0, to = 0] of edges) {
    expect(Math.abs(from - Math.round(from))).toBeLessThan(0.02);
    expect(Math.abs(to - Math.round(to))).toBeLessThan(0.02);
  }
  edges.slice(1).forEach(([from = 0], index) => {
    const pause = samples.subarray(Math.round(edges[index]?.[1] ?? 0), Math.round(from));
    expect(pause.length).toBe(sampleRate / 4);
    expect(pause.every((sample) => sample === 0)).toBe(true);
  });
  expect(edges.at(-1)?.[1]).toBeCloseTo(samples.length, 1);
  expect(progress.toSorted((a, b) => a - b)).toEqual(progress);
  expect(progress.at(-1)).toBe(1);

  const srt = await readFile(speech.srtFile, 'utf8');
  expect(srt.split('\n\n')[1]).toMatch(/^2\n00:00:0\d,\d{3} --> 00:00:0\d,\d{3}\n“你好，小明。”他说。$/);
});

test("The joined file contains CosyVoice's samples, one for one.", async () => {
  const rig = await simulatedRig();
  const speech = await rig.speak(rig.input(SCRIPT, { pauseMs: 0 }));
  const { samples } = await readSamples(rig.outputFile());
  const kept = await readdir(path.join(rig.workDir, 'sentences'));
  const parts = await Promise.all(kept.map((name) => readSamples(path.join(rig.workDir, 'sentences', name))));
  expect(samples.length).toBe(parts.reduce((sum, part) => sum + part.samples.length, 0));
  const bytes = rig.simulator.stats().requests.reduce((sum, { bytesSent }) => sum + bytesSent, 0);
  expect(samples.length * 2).toBe(bytes);
  expect(speech.sentences.length).toBe(kept.length);
});

test('Each sentence is one request, in order, with the recording and its transcript, and one at a time.', async () => {
  const rig = await simulatedRig();
  await rig.speak(rig.input(SCRIPT));
  const { requests, overlaps } = rig.simulator.stats();
  expect(requests.map(({ fields }) => fields['tts_text'])).toEqual(
    splitScript(SCRIPT, null).map(({ raw }) => raw.trim()),
  );
  expect(overlaps).toBe(0);
  expect(requests[0]).toMatchObject({
    method: 'POST',
    path: '/inference_zero_shot',
    fields: { prompt_text: 'This is how I sound.' },
    recording: { filename: 'reference.wav' },
  });
});

test.each([
  ['mp3', 'mp3', 0.1],
  ['m4a', 'aac', 0.1],
] as const)('Speech comes as %s, too.', async (format, codec, tolerance) => {
  const rig = await simulatedRig();
  const speech = await rig.speak(rig.input(SCRIPT, { format }));
  const { audio } = await probeMedia(rig.outputFile(`speech.${format}`));
  expect(audio).toMatchObject({ codec, sampleRate: 24_000, channels: 1 });
  expect(Math.abs((audio?.durationSeconds ?? 0) - speech.durationSeconds)).toBeLessThan(tolerance);
  expect((await readdir(path.join(rig.root, 'audio'))).toSorted()).toEqual(
    [`speech.${format}`, 'speech.srt'].toSorted(),
  );
  expect(await readdir(rig.workDir)).toEqual(['published.json', 'sentences']);
});

test('A loudness in LUFS is reached, and moves no sentence by a sample.', async () => {
  const rig = await simulatedRig();
  const plain = await rig.speak(rig.input(SCRIPT));
  const before = await readSamples(rig.outputFile());
  const louder = await rig.speak(rig.input(SCRIPT, { loudness: -30 }));
  const after = await readSamples(rig.outputFile());
  expect(louder.sentences).toEqual(plain.sentences);
  expect(after.sampleRate).toBe(before.sampleRate);
  expect(after.samples.length).toBe(before.samples.length);
  const energy = ({ samples }: typeof after) =>
    Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length);
  expect(energy(after)).toBeLessThan(energy(before) * 0.7);
  expect(rig.simulator.stats().requests.length).toBe(4);
});

test('The driver changes a pace that the server cannot; an unsupported seed is named.', async () => {
  const rig = await simulatedRig();
  const plain = await rig.speak(rig.input(SCRIPT, { pauseMs: 0 }));
  const fast = await rig.speak(rig.input(SCRIPT, { pauseMs: 0, speed: 1.5, seed: 7 }));
  expect(plain.durationSeconds / fast.durationSeconds).toBeCloseTo(1.5, 1);
  expect(fast.ignored).toEqual(['seed']);
});

test('Pace and seed go to a server that takes them.', async () => {
  const rig = await simulatedRig({ extensions: ['speed', 'seed', 'stream'] });
  const speech = await rig.speak(rig.input('This goes to the server.', { speed: 1.5, seed: 7 }));
  expect(speech.ignored).toEqual([]);
  expect(rig.simulator.stats().requests[0]?.fields).toMatchObject({ speed: '1.5', seed: '7', stream: 'false' });
});

test('The same words twice are spoken twice.', async () => {
  const rig = await simulatedRig();
  await rig.speak(rig.input('We say this again. We say this again.'));
  expect(rig.simulator.stats().requests.length).toBe(2);
});
