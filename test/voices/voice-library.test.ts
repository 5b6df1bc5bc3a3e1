import { execFile } from 'node:child_process';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { runFfmpeg } from '../../src/assets/ffmpeg.ts';
import { AppError } from '../../src/errors.ts';
import { createVoiceLibrary, type VoiceLibrary } from '../../src/voices/voice-library.ts';
import { encodeFlac } from '../helpers/flac.ts';
import { scratchFolder } from '../helpers/scratch.ts';
import { newVoice, recording, voiceRig } from './rig.ts';

const put = async (file: string, content: string | Buffer): Promise<void> => {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
};

test('A voice is a folder with a recording, its transcript and voice.json, or a bare pair of files.', async () => {
  const { folder, voices } = await voiceRig();
  await put(path.join(folder, 'anna', 'reference.wav'), recording(4));
  await put(path.join(folder, 'anna', 'transcript.txt'), '\uFEFFSo I sound.\n');
  await put(
    path.join(folder, 'anna', 'voice.json'),
    '{"language":"en","instruction":"Speak softly","mode":"instruct","more":1}',
  );
  await put(path.join(folder, '小明.wav'), recording(4));
  await put(path.join(folder, '小明.txt'), '我是这样说话的。');
  await put(path.join(folder, 'preset', 'voice.json'), '{"speaker":"英文女"}');
  const { voices: found, broken } = await voices.list();
  expect(broken).toEqual([]);
  expect(found.map(({ check, ...voice }) => ({ ...voice, seconds: check?.durationSeconds }))).toEqual([
    {
      id: 'anna',
      recording: 'voices/anna/reference.wav',
      transcript: 'So I sound.',
      language: 'en',
      instruction: 'Speak softly',
      speaker: null,
      mode: 'instruct',
      seconds: 4,
    },
    {
      id: 'preset',
      recording: null,
      transcript: null,
      language: null,
      instruction: null,
      speaker: '英文女',
      mode: 'clone',
      seconds: undefined,
    },
    {
      id: '小明',
      recording: 'voices/小明.wav',
      transcript: '我是这样说话的。',
      language: null,
      instruction: null,
      speaker: null,
      mode: 'clone',
      seconds: 4,
    },
  ]);
});

test('Voices that cannot be used are listed with the reason and hide no other.', async () => {
  const { folder, voices } = await voiceRig();
  await put(path.join(folder, 'good.wav'), recording(4));
  await put(path.join(folder, 'empty', 'notes.md'), '');
  await put(path.join(folder, 'json', 'voice.json'), '{"language":');
  await put(path.join(folder, 'mode', 'voice.json'), '{"mode":"sing"}');
  await put(path.join(folder, 'silent.wav'), recording(4, { peak: 0 }));
  await put(path.join(folder, 'torn.wav'), 'RIFF');
  await symlink('/etc/hosts', path.join(folder, 'link.wav'));
  const { voices: found, broken } = await voices.list();
  expect(found.map(({ id }) => id)).toEqual(['good']);
  expect(broken).toMatchObject([
    { id: 'empty', problem: 'it has no recording (wav, flac or mp3), and voice.json names no speaker' },
    { id: 'json', problem: expect.stringContaining('voice.json is not JSON') as string },
    { id: 'link', problem: expect.stringContaining('outside ASSET_PATH') as string },
    { id: 'mode', problem: expect.stringContaining('voice.json: mode') as string },
    { id: 'silent', problem: expect.stringContaining('it is silent') as string },
    { id: 'torn', problem: expect.stringContaining('not readable as sound') as string },
  ]);
});

test('A voice that is added can be used, listed and removed.', async () => {
  const { root, folder, voices } = await voiceRig();
  const file = path.join(root, 'upload');
  await put(file, recording(5));
  const added = await voices.add(newVoice({ recording: { file, name: 'My Voice.WAV' }, language: 'en' }));
  expect(added).toMatchObject({
    id: 'luna',
    recording: 'voices/luna/reference.wav',
    transcript: 'This is how I sound.',
  });
  expect((await readdir(path.join(folder, 'luna'))).toSorted()).toEqual([
    'reference.txt',
    'reference.wav',
    'voice.json',
  ]);
  await expect(voices.add(newVoice({ recording: { file, name: 'a.wav' } }))).rejects.toMatchObject({
    code: 'voice_exists',
  });
  expect(
    await voices.add(newVoice({ recording: { file, name: 'a.wav' }, replace: true, transcript: 'Other words.' })),
  ).toMatchObject({ transcript: 'Other words.' });
  expect(await voices.remove('luna')).toBe(true);
  expect(await voices.remove('luna')).toBe(false);
  expect(await readdir(folder)).toEqual([]);
});

test('A voice that replaces a bare pair takes all of its place, and removing it leaves neither.', async () => {
  const { root, folder, voices } = await voiceRig();
  await put(path.join(folder, 'luna.mp3'), 'x');
  await put(path.join(folder, 'luna.txt'), 'x');
  const file = path.join(root, 'upload');
  await put(file, recording(5));
  await voices.add(newVoice({ recording: { file, name: 'a.wav' }, replace: true }));
  expect(await readdir(folder)).toEqual(['luna']);
  await put(path.join(folder, 'luna.wav'), recording(4));
  expect(await voices.remove('luna')).toBe(true);
  expect(await readdir(folder)).toEqual([]);
});

test('FLAC and MP3 recordings do, too.', async () => {
  const { root, voices } = await voiceRig();
  const file = path.join(root, 'upload');
  await put(file, await runFfmpeg(['-i', 'pipe:0', '-c:a', 'libmp3lame', '-f', 'mp3', '-'], recording(5)));
  expect(await voices.add(newVoice({ recording: { file, name: 'a.mp3' } }))).toMatchObject({
    recording: 'voices/luna/reference.mp3',
  });
});

test.each([
  ['too short', recording(2), 'a.wav', 'it is 2 s long; record 3 to 30 s'],
  ['too long', recording(31), 'a.wav', 'it is longer than 30 s; cut it'],
  [
    'of too low a rate',
    recording(4, { rate: 8000 }),
    'a.wav',
    'its sample rate is 8000 Hz, but CosyVoice needs at least 16000 Hz',
  ],
  ['silent', recording(4, { peak: 0.0005 }), 'a.wav', 'it is silent'],
  ['of another kind', recording(4), 'a.m4a', 'expected a wav, flac or mp3 file; convert it: ffmpeg'],
  ['of another kind than its name says', recording(4), 'a.mp3', 'this is a wav file with another file name ending'],
  ['no sound at all', Buffer.from('hello'), 'a.wav', 'not readable as sound'],
])('A recording that is %s is refused with what to do.', async (_case, data, name, message) => {
  const { root, folder, voices } = await voiceRig();
  const file = path.join(root, 'upload');
  await put(file, data);
  await expect(voices.add(newVoice({ recording: { file, name } }))).rejects.toMatchObject({
    code: 'invalid_request',
    fields: [{ path: 'recording', message: expect.stringContaining(message) as string }],
  });
  expect(await readdir(folder)).toEqual([]);
});

test('Everything wrong with a new voice is reported at once; a transcript is required where it is needed.', async () => {
  const { root, voices } = await voiceRig();
  const file = path.join(root, 'upload');
  await put(file, recording(1));
  const wrong = newVoice({ id: '../x', recording: { file, name: 'a.wav' }, transcript: null });
  await expect(voices.add(wrong)).rejects.toMatchObject({
    fields: [{ path: 'voice_id' }, { path: 'recording' }, { path: 'transcript' }],
  });
  await put(file, recording(4));
  await voices.add(newVoice({ recording: { file, name: 'a.wav' }, transcript: null, mode: 'instruct' }));
});

test.each(['../x', 'a/b', '.hidden', '', 'a\0b', '..', 'x'.repeat(65)])(
  '%j is no name of a voice: nothing is read or removed.',
  async (id) => {
    const { root, voices } = await voiceRig();
    await put(path.join(root, 'x.wav'), recording(4));
    expect(await voices.find(id)).toBeUndefined();
    expect(await voices.remove(id)).toBe(false);
    expect(await readdir(root)).toContain('x.wav');
  },
);

test('What was removed half is no voice.', async () => {
  const { folder, voices } = await voiceRig();
  await put(path.join(folder, '.leaving-1', 'reference.wav'), recording(4));
  expect(await voices.list()).toEqual({ voices: [], broken: [] });
});

test.each([2, 8])(
  'The same voice added %d times at once is added once, and the others are told that it exists.',
  async (count) => {
    const { root, folder } = await voiceRig();
    const file = path.join(root, 'upload');
    await put(file, recording(5));
    const add = async (library: VoiceLibrary, replace: boolean): Promise<string> =>
      library.add(newVoice({ recording: { file, name: 'a.wav' }, replace })).then(
        () => 'added',
        (error: unknown) => (error instanceof AppError ? error.code : String(error)),
      );
    // Two servers on one folder.
    const servers = [createVoiceLibrary({ root, aliases: [] }), createVoiceLibrary({ root, aliases: [] })];
    const libraries = Array.from({ length: count / 2 }, () => servers).flat();
    const codes = await Promise.all(libraries.map((library) => add(library, false)));
    expect(codes.toSorted()).toEqual(['added', ...Array.from({ length: count - 1 }, () => 'voice_exists')]);
    const replaced = await Promise.all(libraries.map((library) => add(library, true)));
    expect(replaced).toContain('added');
    expect(replaced.filter((code) => !['added', 'voice_exists'].includes(code))).toEqual([]);
    expect(await readdir(folder)).toEqual(['luna']);
  },
);

test.each([
  'luna.wav',
  'luna.WAV',
  'luna.txt',
  'LUNA',
  'luna.',
  'luna/',
  './luna',
  'luna/reference.wav',
  'luna%2e',
  'lunа',
  '.luna',
])('Removing %j removes nothing of the voice luna.', async (id) => {
  const { folder, voices } = await voiceRig();
  await put(path.join(folder, 'luna.wav'), recording(4));
  await put(path.join(folder, 'luna.txt'), 'As I sound.');
  await put(path.join(folder, 'anna', 'reference.wav'), recording(4));
  expect(await voices.remove(id)).toBe(false);
  expect((await readdir(folder)).toSorted()).toEqual(['anna', 'luna.txt', 'luna.wav']);
  expect(await voices.find('luna')).toMatchObject({ transcript: 'As I sound.' });
});

test('A folder whose name ends like a file is a voice of its own; a new one gets no such name.', async () => {
  const { root, folder, voices } = await voiceRig();
  await put(path.join(folder, 'luna.wav', 'reference.wav'), recording(4));
  const file = path.join(root, 'upload');
  await put(file, recording(5));
  await voices.add(newVoice({ recording: { file, name: 'a.wav' } }));
  expect(await voices.remove('luna')).toBe(true);
  expect(await readdir(folder)).toEqual(['luna.wav']);
  for (const id of ['anna.wav', 'anna.MP3', 'anna.txt'])
    await expect(voices.add(newVoice({ id, recording: { file, name: 'a.wav' }, replace: true }))).rejects.toMatchObject(
      {
        code: 'invalid_request',
        fields: [{ path: 'voice_id' }],
      },
    );
  expect(await voices.remove('luna.wav')).toBe(true);
  expect(await readdir(folder)).toEqual([]);
});

test('Only small files inside ASSET_PATH are read as texts of a voice: no pipe, no folder, no link out.', async () => {
  const { root, folder, voices } = await voiceRig();
  const outside = await scratchFolder();
  await put(path.join(outside, 'secret.txt'), 'a secret');
  for (const id of ['pipe', 'long', 'folder', 'link', 'inside'])
    await put(path.join(folder, id, 'reference.wav'), recording(4));
  await promisify(execFile)('mkfifo', [path.join(folder, 'pipe', 'reference.txt')]);
  await put(path.join(folder, 'long', 'reference.txt'), 'x'.repeat(100_000));
  await mkdir(path.join(folder, 'folder', 'voice.json'));
  await symlink(path.join(outside, 'secret.txt'), path.join(folder, 'link', 'reference.txt'));
  await put(path.join(root, 'texts', 'inside.txt'), 'So I sound.');
  await symlink(path.join(root, 'texts', 'inside.txt'), path.join(folder, 'inside', 'reference.txt'));
  const { voices: found, broken } = await voices.list();
  expect(found.map(({ id, transcript }) => [id, transcript])).toEqual([['inside', 'So I sound.']]);
  expect(broken).toEqual([
    { id: 'folder', problem: 'voice.json cannot be read (this is a folder)' },
    { id: 'link', problem: 'reference.txt is a symbolic link to a place outside ASSET_PATH' },
    { id: 'long', problem: 'reference.txt cannot be read (it has 100000 bytes, 65536 at most)' },
    { id: 'pipe', problem: 'reference.txt cannot be read (this is a pipe or a device, not a file)' },
  ]);
});

test.each(['.WAV', '.Wav', '.FLAC', '.Mp3'])('A recording may end in letters of any size: %s', async (ending) => {
  const { root, folder, voices } = await voiceRig();
  const kind = ending.toLowerCase();
  const args = { '.wav': '-f wav', '.flac': '', '.mp3': '-c:a libmp3lame -f mp3' }[kind] ?? '';
  const sound =
    kind === '.flac'
      ? encodeFlac(recording(4, { rate: 24_000 }).subarray(44), 24_000)
      : await runFfmpeg(['-f', 'wav', '-i', 'pipe:0', ...args.split(' '), '-'], recording(4));
  await put(path.join(folder, `bare${ending}`), sound);
  await put(path.join(folder, 'bare.TXT'), 'So I sound.');
  await put(path.join(folder, 'inside', `Reference${ending}`), sound);
  await put(path.join(folder, 'inside', 'Reference.Txt'), 'So I sound, too.');
  await put(path.join(folder, 'inside', 'another.wav'), recording(4));
  await put(path.join(root, `upload${ending}`), sound);

  const { voices: found, broken } = await voices.list();
  expect(broken).toEqual([]);
  expect(found.map(({ id, recording: file, transcript }) => [id, file, transcript])).toEqual([
    ['bare', `voices/bare${ending}`, 'So I sound.'],
    ['inside', `voices/inside/Reference${ending}`, 'So I sound, too.'],
  ]);
  expect((await voices.check(`upload${ending}`)).problems).toEqual([]);
  const added = await voices.add(
    newVoice({ id: 'new', recording: { file: path.join(root, `upload${ending}`), name: `My Voice${ending}` } }),
  );
  expect(added.recording).toBe(`voices/new/reference${kind}`);
  await expect(
    voices.add(newVoice({ id: 'bare', recording: { file: path.join(root, `upload${ending}`), name: `a${ending}` } })),
  ).rejects.toMatchObject({ code: 'voice_exists' });
  for (const id of ['bare', 'inside', 'new']) expect(await voices.remove(id)).toBe(true);
  expect(await readdir(folder)).toEqual([]);
});

test('Of a voice in letters of several sizes all goes, and no other voice.', async () => {
  const { folder, voices } = await voiceRig();
  for (const name of ['luna.wav', 'luna.WAV', 'luna.txt', 'luna.TXT', 'luna.v2.WAV', 'Luna.WAV'])
    await put(path.join(folder, name), /txt/i.test(name) ? 'So I sound.' : recording(4));
  expect(await voices.ids()).toEqual(['Luna', 'luna', 'luna.v2']);
  expect((await voices.find('luna'))?.recording).toBe('voices/luna.wav');
  expect(await voices.remove('luna')).toBe(true);
  expect((await readdir(folder)).toSorted()).toEqual(['Luna.WAV', 'luna.v2.WAV']);
});
