import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { prepareCosyvoice } from '../../src/prepare/prepare-cosyvoice.ts';
import { createVoiceLibrary } from '../../src/voices/voice-library.ts';
import { scratchFolder } from '../helpers/scratch.ts';
import { recording } from '../voices/rig.ts';

const ID = '7d6f6f6e-0000-4000-8000-000000000000';

async function rig() {
  const root = await scratchFolder();
  const voices = path.join(root, 'voices');
  await mkdir(path.join(voices, 'luna'), { recursive: true });
  await writeFile(path.join(voices, 'luna', 'reference.wav'), recording(4));
  await writeFile(path.join(voices, 'luna', 'reference.txt'), 'This is how I sound.');
  await writeFile(path.join(voices, 'luna', 'voice.json'), '{"instruction":"Speak softly"}');
  await writeFile(path.join(voices, 'anna.wav'), recording(4));
  await writeFile(path.join(root, 'prompt.wav'), recording(2));
  await writeFile(path.join(root, 'bad.wav'), recording(40));
  const assets = { root, aliases: [] };
  const deps = { assets, voices: createVoiceLibrary(assets) };
  return { root, prepare: (payload: object) => prepareCosyvoice(deps, ID, payload) };
}

test('The documented payload becomes an input with every value set.', async () => {
  const { prepare } = await rig();
  const payload = { text: ' Hello there, 世界. ', voice_id: 'luna', mode: 'clone', output_path: 'audio/output.wav' };
  expect(await prepare(payload)).toEqual({
    input: {
      text: 'Hello there, 世界.',
      voice: { id: 'luna', recording: 'voices/luna/reference.wav', transcript: 'This is how I sound.', speaker: null },
      mode: 'clone',
      instruction: null,
      language: null,
      speed: 1,
      seed: null,
      pauseMs: 250,
      loudness: null,
      format: 'wav',
      outputPath: 'audio/output.wav',
    },
    summary: 'about 2 s of speech, voice luna → audio/output.wav',
    errors: [],
    outputs: [
      expect.objectContaining({ file: 'audio/output.wav' }),
      expect.objectContaining({ file: 'audio/output.srt', what: 'subtitles' }),
    ],
  });
});

test('All optional fields are used, including numbers in strings.', async () => {
  const { prepare } = await rig();
  const optional = {
    instruct_text: 'Sing',
    prompt_text: 'Other.',
    language: 'en',
    speed: '1.2',
    seed: '5',
    pause_ms: 0,
    loudness: '-16',
    format: 'MP3',
    mode: 'Instruct',
  };
  expect((await prepare({ text: 'Hello.', voice_id: 'luna', unknown: 1, ...optional })).input).toMatchObject({
    voice: { transcript: 'Other.' },
    mode: 'instruct',
    instruction: 'Sing',
    language: 'en',
    speed: 1.2,
    seed: 5,
    pauseMs: 0,
    loudness: -16,
    format: 'mp3',
    outputPath: `audio/speech_${ID}.mp3`,
  });
});

test("Fields for CosyVoice's own server are understood, including its marks.", async () => {
  const { root, prepare } = await rig();
  const legacy = {
    tts_text: 'You are a helpful assistant.<|endofprompt|>Hello.',
    prompt_text: 'You are a helpful assistant.<|endofprompt|>As I sound.',
    prompt_wav_path: path.join(root, 'prompt.wav'),
    instruct_text: 'You are a helpful assistant. Speak softly<|endofprompt|>',
  };
  expect((await prepare(legacy)).input).toMatchObject({
    text: 'Hello.',
    voice: { id: null, recording: 'prompt.wav', transcript: 'As I sound.', speaker: null },
    mode: 'instruct',
    instruction: 'Speak softly',
  });
});

test('An instruction comes from the task or from the voice; without any, instruct speaks as clone does.', async () => {
  const { prepare } = await rig();
  const text = 'Hello there.';
  expect((await prepare({ text, voice_id: 'luna', mode: 'instruct' })).input).toMatchObject({
    mode: 'instruct',
    instruction: 'Speak softly',
  });
  expect((await prepare({ text, voice_id: 'anna', mode: 'instruct' })).input).toMatchObject({
    mode: 'clone',
    instruction: null,
  });
  expect((await prepare({ text, voice_id: 'anna', instruct_text: 'Sing' })).input).toMatchObject({
    mode: 'instruct',
    instruction: 'Sing',
  });
  expect((await prepare({ text, voice_id: 'luna', instruct_text: 'Sing', mode: 'clone' })).input).toMatchObject({
    mode: 'clone',
  });
});

test('An unknown voice is refused with the voices there are.', async () => {
  const { prepare } = await rig();
  expect(await prepare({ text: 'Hello.', voice_id: 'nobody' })).toMatchObject({
    input: undefined,
    code: 'voice_not_found',
    errors: [{ path: 'payload.voice_id', message: 'there is no voice called "nobody"; available: anna, luna' }],
  });
});

test('All errors are reported at once.', async () => {
  const { prepare } = await rig();
  const { errors, code } = await prepare({
    tts_text: '…',
    mode: 'sing',
    prompt_wav_path: 'bad.wav',
    output_path: 'voices/x.ogg',
    speed: 9,
    loudness: 16,
  });
  expect(code).toBeUndefined();
  expect(errors.map((error) => error.path).toSorted()).toEqual([
    'payload.loudness',
    'payload.mode',
    'payload.output_path',
    'payload.prompt_wav_path',
    'payload.speed',
    'payload.tts_text',
  ]);
  expect(errors.find((error) => error.path === 'payload.prompt_wav_path')?.message).toContain('longer than 30 s');
});

test.each([
  [{ voice_id: 'luna' }, 'payload.text', 'expected the text to speak'],
  [{ text: 'a', tts_text: 'b', voice_id: 'luna' }, 'payload.text', 'disagree'],
  [{ text: 'a' }, 'payload.voice_id', 'GET /voices lists them'],
  [{ text: 'a', voice_id: '../luna' }, 'payload.voice_id', 'there is no voice called'],
  [{ text: 'a', prompt_wav_path: '../x.wav' }, 'payload.prompt_wav_path', 'leads outside'],
  [{ text: 'a', prompt_wav_path: 'gone.wav' }, 'payload.prompt_wav_path', 'no such file under ASSET_PATH (gone.wav)'],
  [{ text: 'a', voice_id: 'luna', output_path: '/etc/x.wav' }, 'payload.output_path', 'outside it'],
  [
    { text: 'a', voice_id: 'luna', output_path: 'work/x.wav' },
    'payload.output_path',
    'which the middleware uses itself',
  ],
  [{ text: 'a', voice_id: 'luna', output_path: 'x.ogg' }, 'payload.output_path', '.wav, .mp3, .m4a'],
  [{ text: 'a', voice_id: 'luna', output_path: 'x.wav', format: 'mp3' }, 'payload.format', 'expected wav'],
  [{ text: 'a', voice_id: 'luna', language: 'English please' }, 'payload.language', 'such as zh'],
])('%j is refused at %s', async (payload, at, message) => {
  const { prepare } = await rig();
  const { errors } = await prepare(payload);
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatchObject({ path: at, message: expect.stringContaining(message) as string });
});

test('Markup is removed from a script unless it is plain; the result lists the removed parts.', async () => {
  const { prepare } = await rig();
  const text = '<think>Hm.</think>\n**Hello** there, <break time="1s"/>[laughter].';
  const { input } = await prepare({ text, voice_id: 'luna' });
  expect(input).toMatchObject({ text: 'Hello there, [laughter].' });
  expect(input?.warnings).toHaveLength(3);
  const plain = await prepare({ text, voice_id: 'luna', text_format: 'Plain' });
  expect(plain.input).toMatchObject({ text, textFormat: 'plain' });
  expect(plain.input).not.toHaveProperty('warnings');
});

test.each([
  [
    { text: '<think>\nHm.\n</think>' },
    'payload.text',
    'nothing of this text is left to speak (text: not spoken: 1 passage',
  ],
  [{ tts_text: '```js\nlet a;\n```' }, 'payload.tts_text', 'nothing of this text is left to speak'],
  [{ text: '[laughter]', text_format: 'plain' }, 'payload.text', 'nothing of this text is left to speak'],
  [{ text: '<speak><break time="1s"/></speak>' }, 'payload.text', 'nothing of this text is left to speak'],
  [{ text: 'Hello.', text_format: 'ssml' }, 'payload.text_format', 'expected auto or plain'],
])('%j has nothing to speak, or no such format', async (payload, at, message) => {
  const { prepare } = await rig();
  const { errors } = await prepare({ voice_id: 'luna', ...payload });
  expect(errors).toEqual([{ path: at, message: expect.stringContaining(message) as string }]);
});
