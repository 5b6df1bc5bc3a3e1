import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { workFolder } from '../../src/assets/work-folder.ts';
import { publish } from '../../src/assets/publish.ts';
import type { Prepares } from '../../src/prepare/prepare.ts';
import { makeAssetFolder } from '../helpers/asset-folder.ts';
import { preparesIn } from '../helpers/pipeline-api.ts';
import { recording } from '../voices/rig.ts';

const ID = '0b7f6c1e-52a5-4c58-b7a5-1f3f0a8f9d11';
let assets: Awaited<ReturnType<typeof makeAssetFolder>>;
let prepares: Prepares;
beforeAll(async () => {
  assets = await makeAssetFolder();
  const put = async (name: string, content: string | Buffer = 'x'): Promise<void> => {
    const file = path.join(assets.root, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  };
  await put('voices/luna.wav', recording(5));
  await put('voices/luna.txt', 'What is said in it.');
  await put('takes/anna.wav', recording(5));
  await put('films/made.mp4');
  await put('films/poster.poster.jpg');
  await put('audio/said.srt');
  await mkdir(path.join(assets.root, 'films', 'folder.mp4'));
  await symlink(path.join(assets.root, 'films'), path.join(assets.root, 'linked'));
  prepares = preparesIn(assets.root);
});
afterAll(() => assets.remove());

const film = async (payload: object, timeline: object = {}, id = ID): Promise<string[]> => {
  const sent = { timeline: { durationInFrames: 30, ...timeline }, ...payload };
  const { errors } = await prepares.remotion_render(id, sent);
  return errors.map(({ path: at, message }) => `${at}: ${message}`);
};
const speech = async (payload: object): Promise<string[]> => {
  const { errors } = await prepares.cosyvoice(ID, { text: 'One.', voice_id: 'luna', ...payload });
  return errors.map(({ path: at, message }) => `${at}: ${message}`);
};
const EXISTS = /already exists; choose another name, or send "overwrite": true/;

test.each(['films/made.mp4', './films//made.mp4', '/assets/films/made.mp4', 'films/../films/made', 'linked/made.mp4'])(
  'A film to the existing file %s is refused unless it may replace the file',
  async (output_path) => {
    expect(await film({ output_path })).toEqual([expect.stringMatching(EXISTS)]);
    expect(await film({ output_path, overwrite: true })).toEqual([]);
    expect(await film({ output_path, overwrite: 'true' })).toEqual([]);
    expect(await film({ output_path, overwrite: false })).toHaveLength(1);
    expect(await film({ output_path, overwrite: 'perhaps' })).toContain('payload.overwrite: expected true or false');
  },
);

test('An error in the older field has the name of that field', async () => {
  await mkdir(path.join(assets.root, 'output'), { recursive: true });
  await writeFile(path.join(assets.root, 'output', 'final.mp4'), 'x');
  expect(await film({ output_filename: 'final.mp4' })).toEqual([expect.stringMatching(/^payload.output_filename: /)]);
});

test('Files next to the requested one are checked too', async () => {
  expect(await film({ output_path: 'films/poster.mp4' })).toEqual([]);
  expect(await film({ output_path: 'films/poster.mp4' }, { output: { poster: 0 } })).toEqual([
    expect.stringContaining('films/poster.poster.jpg (its poster) already exists'),
  ]);
  expect(await speech({ output_path: 'audio/said.mp3' })).toEqual([
    expect.stringContaining('audio/said.srt (its subtitles) already exists'),
  ]);
  expect(await speech({ output_path: 'audio/said.mp3', overwrite: true })).toEqual([]);
});

test.each(['made.mp4', 'linked/made.mp4', '/assets/films/made.mp4'])(
  'A film never replaces its own input, even if it may replace files: %s',
  async (name) => {
    const src = name.includes('/') ? name : `films/${name}`;
    for (const timeline of [{ clips: [{ src }] }, { audioSrc: src }, { bgmSrc: { src } }])
      expect(await film({ output_path: 'films/made.mp4', overwrite: true }, timeline)).toEqual([
        'payload.output_path: expected another name, because the task itself reads films/made.mp4',
      ]);
  },
);

test('Speech never replaces the recording of its own voice', async () => {
  const own = { voice_id: undefined, prompt_wav_path: 'takes/anna.wav', prompt_text: 'Said.', overwrite: true };
  expect(await speech({ ...own, output_path: 'takes/anna.wav' })).toEqual([
    expect.stringContaining('the task itself reads takes/anna.wav'),
  ]);
  expect(await speech({ ...own, output_path: 'takes/other.wav' })).toEqual([]);
});

test('A folder is not replaced', async () => {
  expect(await film({ output_path: 'films/folder.mp4', overwrite: true })).toEqual([
    expect.stringContaining('films/folder.mp4 is a folder'),
  ]);
});

test("A task's own files are no obstacle when it is prepared again", async () => {
  const workDir = workFolder(assets.root, ID);
  await mkdir(workDir, { recursive: true });
  await writeFile(path.join(workDir, 'film'), 'x');
  await publish(path.join(workDir, 'film'), path.join(assets.root, 'films/own.mp4'), { workDir });
  expect(await film({ output_path: 'films/own.mp4' })).toEqual([]);
  expect(await film({ output_path: 'films/own.mp4' }, {}, 'another')).toHaveLength(1);
  expect(await readFile(path.join(assets.root, 'films/own.mp4'), 'utf8')).toBe('x');
});

const longest = (letter: string, bytes: number): string => letter.repeat(Math.floor(bytes / Buffer.byteLength(letter)));

test.each(['a', 'é', '电', '👋'])('Names of %s are measured in bytes, including all suffixes', async (letter) => {
  const LONG = /^payload.output_path: expected names of at most 255 bytes; this one has \d+/;
  expect(await film({ output_path: `films/${longest(letter, 251)}.mp4` })).toEqual([]);
  expect(await film({ output_path: `films/${longest(letter, 251)}` })).toEqual([]);
  expect(await film({ output_path: `films/${longest(letter, 256)}.mp4` })).toEqual([expect.stringMatching(LONG)]);
  expect(await film({ output_path: `${longest(letter, 260)}/a.mp4` })).toEqual([expect.stringMatching(LONG)]);
  // Its poster has a longer ending.
  expect(await film({ output_path: `films/${longest(letter, 251)}.mp4` }, { output: { poster: 0 } })).toEqual(
    Buffer.byteLength(longest(letter, 251)) + 11 > 255 ? [expect.stringMatching(LONG)] : [],
  );
  expect(await film({ output_filename: longest(letter, 256) })).toEqual([
    expect.stringMatching(/^payload.output_filename: expected names of at most 255 bytes/),
  ]);
  expect(await speech({ output_path: `${longest(letter, 251)}.wav` })).toEqual([]);
  expect(await speech({ output_path: `${longest(letter, 256)}.wav` })).toEqual([expect.stringMatching(LONG)]);
});

test('A whole path is measured with the folders above it, which it does not name', async () => {
  const [error, ...others] = await film({ output_path: `${`${'f'.repeat(200)}/`.repeat(21)}a.mp4` });
  expect(others).toEqual([]);
  expect(error).toMatch(/^payload.output_path: expected a shorter path; with all folders it has \d+ bytes/);
  expect(error).not.toContain(assets.root);
});

test.each(['films/a. ', 'films/a .mp4', 'films/...mp4', 'films/a\nb.mp4', '-rf.mp4', 'films/%2e%2e.mp4'])(
  'The odd name %j is a name like others',
  async (output_path) => {
    expect(await film({ output_path })).toEqual([]);
  },
);

test.each(['films/', 'films/.', 'films/..', 'new/'])('The folder %s is no name of a file', async (output_path) => {
  const refused = [expect.stringMatching(/^payload.output_path: expected (the name of a file|a path inside)/)];
  expect(await film({ output_path })).toEqual(refused);
  expect(await speech({ output_path })).toEqual(refused);
});

test("The middleware's folders are protected under every name", async () => {
  await mkdir(path.join(assets.root, 'work'), { recursive: true });
  await symlink(path.join(assets.root, 'voices'), path.join(assets.root, 'speakers'));
  await symlink(path.join(assets.root, 'work'), path.join(assets.root, 'films', 'tasks'));
  const names = [
    'voices/x',
    'fetched/x',
    'Voices/x',
    'VOICES/deep/x',
    './work/x',
    'films/../Work/x',
    'speakers/x',
    'films/tasks/a/x',
  ];
  for (const output_path of [...names, 'speakers/new/x', 'linked/tasks/x']) {
    const refused = [expect.stringContaining('expected a path outside work/, voices/ and fetched/')];
    expect(await speech({ output_path, overwrite: true })).toEqual(refused);
    expect(await film({ output_path, overwrite: true })).toEqual(refused);
  }
});
