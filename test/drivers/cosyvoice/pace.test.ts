import path from 'node:path';
import { readdir } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { measureSound } from '../../../src/drivers/cosyvoice/measure-sound.ts';
import { speechRig } from './rig.ts';
import { noise, silence, sound, spoken, voice, voiceStandIn } from './voice-stand-in.ts';

const SENTENCES = [
  'The old lighthouse keeper climbs the stairs every evening.',
  'Nobody in the village knows why he does that.',
  'Snow falls on the harbour while the boats are asleep.',
  'This one is struck, whatever the others are like.',
  'And here is another one at the end of the script.',
];
const SCRIPT = SENTENCES.join(' ');
const STRUCK = SENTENCES[3] ?? '';
const NAMED = 'sentence 4 of 5 ("This one is struck, whatever the others are like.") may be wrong: ';

/** A driver before a stand-in that speaks at some pace. */
async function rigFor(speak: Parameters<typeof voiceStandIn>[0]) {
  const { url, texts } = await voiceStandIn(speak);
  return { texts, ...(await speechRig(url, { dialect: 'v2' })) };
}
const head = (samples: Buffer, share: number): Buffer =>
  samples.subarray(0, Math.round((samples.length * share) / 2) * 2);
const hum = (seconds: number): Buffer => sound(seconds, (time) => 0.3 * Math.sin(2 * Math.PI * 100 * time));

const FAULTS: [string, (whole: Buffer) => Buffer, string][] = [
  ['lost 60 % of its words', (whole) => head(whole, 0.4), 's of speech, too short for its words'],
  ['has 8 s of noise behind it', (whole) => Buffer.concat([whole, noise(8, 0.3)]), 's of noise in it'],
  ['has 12 s of faint noise behind it', (whole) => Buffer.concat([whole, noise(12, 0.02)]), 's of noise in it'],
  ['has 9 s of hum behind it', (whole) => Buffer.concat([whole, hum(9)]), 's of noise in it'],
  ['goes on with other words', (whole) => Buffer.concat([whole, voice(8)]), 's of speech, too long for its words'],
  ['is followed by 9 s of silence', (whole) => Buffer.concat([whole, silence(9)]), '9.1 s of silence in it'],
  ['has 5 s of silence in it', (whole) => Buffer.concat([whole, silence(5), voice(0.5)]), 's of silence in it'],
];

test.each(FAULTS)(
  'A sentence that %s is asked for again, and nothing is said when that helps.',
  async (_case, fault) => {
    const rig = await rigFor((text, before) => (text === STRUCK && before < 2 ? fault(spoken(text)) : spoken(text)));
    const speech = await rig.speak(rig.input(SCRIPT));
    expect(speech.warnings).toEqual([]);
    expect(rig.texts).toEqual([...SENTENCES, STRUCK, STRUCK]);
    const { startMs = 0, endMs = 0 } = speech.sentences[3] ?? {};
    expect(endMs - startMs).toBeCloseTo(spoken(STRUCK).length / 48, 1);
  },
);

test.each(FAULTS)(
  'A sentence that %s every time is named in a warning, after a crash, too.',
  async (_case, fault, what) => {
    const rig = await rigFor((text) => (text === STRUCK ? fault(spoken(text)) : spoken(text)));
    const told: [warning: string, phase: string | undefined][] = [];
    let phase: string | undefined;
    const { warnings } = await rig.speak(rig.input(SCRIPT), {
      onPhase: (now) => (phase = now),
      onWarning: (warning) => told.push([warning, phase]),
    });
    expect(told).toEqual(warnings.map((warning) => [warning, 'speaking']));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(NAMED);
    expect(warnings[0]).toContain(what);
    expect(rig.texts).toHaveLength(7);
    expect(rig.lines.join()).toContain('CosyVoice, sentence 4 of 5: ');
    expect(rig.lines.join()).not.toContain('struck');

    const again = await rig.speak(rig.input(SCRIPT, { overwrite: true }));
    expect(again.warnings).toEqual(warnings);
    expect(rig.texts).toHaveLength(7);
  },
);

test('The best of several tries is kept.', async () => {
  const shares = [0.35, 0.3, 0.4];
  const rig = await rigFor((text, before) =>
    text === STRUCK ? head(spoken(text), shares[before] ?? 1) : spoken(text),
  );
  const speech = await rig.speak(rig.input(SCRIPT));
  expect(speech.warnings).toHaveLength(1);
  const { startMs = 0, endMs = 0 } = speech.sentences[3] ?? {};
  expect(endMs - startMs).toBeCloseTo((0.4 * spoken(STRUCK).length) / 48, -1);
});

test.each([
  ['the first one', 0],
  ['the last one', 4],
])('It may be %s of the script.', async (_case, place) => {
  const rig = await rigFor((text) => head(spoken(text), text === SENTENCES[place] ? 0.4 : 1));
  const { warnings } = await rig.speak(rig.input(SCRIPT));
  expect(warnings).toEqual([expect.stringContaining(`sentence ${place + 1} of 5 ("${SENTENCES[place]}")`)]);
});

test.each([
  ['lost 60 % of its words', SENTENCES[0] ?? '', (whole: Buffer) => head(whole, 0.4)],
  ['has noise behind it', SENTENCES[0] ?? '', (whole: Buffer) => Buffer.concat([whole, noise(8, 0.3)])],
  ['is one word with noise behind it', 'Yes.', (whole: Buffer) => Buffer.concat([whole, noise(8, 0.3)])],
  ['is one word with 12 s of babble behind it', '好的。', (whole: Buffer) => Buffer.concat([whole, voice(12)])],
])('A script of one sentence that %s causes a warning.', async (_case, text, fault) => {
  const rig = await rigFor(() => fault(spoken(text)));
  const { warnings } = await rig.speak(rig.input(text));
  expect(warnings).toEqual([expect.stringContaining(`sentence 1 of 1 ("${text}") may be wrong`)]);
  expect(rig.texts).toHaveLength(3);
});

test.each([
  ['a fast voice', 0.5, {}],
  ['a slow voice', 2, {}],
  ['a pace that was asked for', 1, { speed: 0.5 }],
  ['a fast one', 1, { speed: 2 }],
])('%s causes no warning.', async (_case, pace, change) => {
  const rig = await rigFor((text) => spoken(text, pace));
  const { warnings } = await rig.speak(rig.input(SCRIPT, change));
  expect(warnings).toEqual([]);
  expect(rig.texts).toEqual(SENTENCES);
});

test('Languages, numbers, long pauses and single words that vary by ±40 % cause no warning.', async () => {
  const texts = [
    ...SENTENCES,
    'Yes.',
    'In 2024, about 35% of all 1,200 people said "no".',
    '今天天气很好，我们去公园吧！',
    '他们一起走到了海边，看着太阳慢慢落下去。',
    '今日はとてもいい天気ですね、公園へ行きましょう。',
    'Wait... I do not know — well, never mind.',
    'NASA and the FBI met the CEO of IBM.',
  ];
  const paces = fc.sample(fc.double({ min: 0.6, max: 1.4, noNaN: true }), { numRuns: texts.length, seed: 7 });
  const rig = await rigFor((text) => {
    const whole = spoken(text, paces[texts.indexOf(text)]);
    return text.includes('...') ? Buffer.concat([whole, silence(2.5), voice(0.5)]) : whole;
  });
  const { warnings } = await rig.speak(rig.input(texts.join('\n\n')));
  expect(warnings).toEqual([]);
  expect(rig.texts).toEqual(texts);
});

test('A further try without a usable answer removes nothing.', async () => {
  const rig = await rigFor((text, before) =>
    text === STRUCK ? (before === 0 ? head(spoken(text), 0.4) : 'busy') : spoken(text),
  );
  const speech = await rig.speak(rig.input(SCRIPT));
  expect(speech.warnings).toHaveLength(1);
  expect(await readdir(path.join(rig.workDir, 'sentences'))).toHaveLength(6);
});

test('The measurements of a sound are words, gaps and noise.', () => {
  const heard = (samples: Buffer) => measureSound({ samples, sampleRate: 24_000 });
  expect(heard(Buffer.concat([silence(1), voice(2), silence(4)]))).toMatchObject({ whole: 7, silence: 4, noise: 0 });
  expect(heard(Buffer.concat([silence(1), voice(2), silence(4)])).speech).toBeCloseTo(2, 1);
  expect(heard(Buffer.concat([voice(2), noise(3, 0.1)])).noise).toBeCloseTo(3, 1);
  // A tone alone is what some stand-ins have for a voice.
  expect(heard(hum(5)).noise).toBe(0);
  // Or whispers.
  expect(heard(noise(5, 0.3)).noise).toBe(0);
  expect(heard(Buffer.alloc(2))).toMatchObject({ speech: 0, noise: 0 });
});
