import { existsSync } from 'node:fs';
import { mkdir, rename, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { publish } from '../../src/assets/publish.ts';
import { sweepOutputs } from '../../src/assets/sweep-outputs.ts';
import { workFolder } from '../../src/assets/work-folder.ts';
import { sweepUploads } from '../../src/files/upload-folder.ts';
import { scratchFolder } from '../helpers/scratch.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const before = new Date(Date.now() - 10 * DAY_MS);
const TASK = '0b7f6c1e-52a5-4c58-b7a5-1f3f0a8f9d11';

const age = (file: string, days: number): Promise<void> => {
  const then = new Date(Date.now() - days * DAY_MS);
  return utimes(file, then, then);
};

/** An asset folder with one task that ended some days ago. */
async function rig(days: number) {
  const root = await scratchFolder();
  const workDir = workFolder(root, TASK);
  await mkdir(workDir, { recursive: true });
  await mkdir(path.join(root, 'output'), { recursive: true });
  /** Puts a file in its place as the task does. */
  const make = async (relative: string, madeDays = days): Promise<void> => {
    const made = path.join(workDir, 'made');
    await writeFile(made, relative);
    await age(made, madeDays);
    await publish(made, path.join(root, relative), { workDir });
  };
  const end = async (result: object): Promise<void> => {
    const manifest = path.join(workDir, 'manifest.json');
    await writeFile(manifest, JSON.stringify({ input: 'x', attempts: [], result }));
    await age(manifest, days);
  };
  const has = (relative: string): boolean => existsSync(path.join(root, relative));
  return { root, make, end, has, sweep: () => sweepOutputs({ root, aliases: [] }, before) };
}

test('The files of an old result are removed, and nothing else', async () => {
  const { root, make, end, has, sweep } = await rig(11);
  await make('output/film.mp4');
  await make('output/film.poster.jpg');
  await mkdir(path.join(root, 'output', TASK));
  const picture = `output/${TASK}/fox.png`;
  await writeFile(path.join(root, picture), 'x');
  await writeFile(path.join(root, 'output/music.mp3'), 'x');
  for (const file of [picture, 'output/music.mp3']) await age(path.join(root, file), 11);
  await end({ files: ['output/film.mp4', 'output/film.poster.jpg', picture].map((file) => ({ path: file })) });
  expect(await sweep()).toBe(3);
  expect(has('output/film.mp4') || has('output/film.poster.jpg') || has(`output/${TASK}`)).toBe(false);
  expect(has('output/music.mp3')).toBe(true);
  expect(await sweep()).toBe(0);
});

test('The files of a result without a list are known by their older fields', async () => {
  const { make, end, has, sweep } = await rig(11);
  await make('output/speech.wav');
  await make('output/speech.srt');
  await end({ output_path: 'output/speech.wav', srt_path: 'output/speech.srt', poster_path: null });
  expect(await sweep()).toBe(2);
  expect(has('output/speech.wav')).toBe(false);
});

test('The files of a young result stay', async () => {
  const { make, end, sweep } = await rig(9);
  await make('output/film.mp4');
  await end({ files: [{ path: 'output/film.mp4' }] });
  expect(await sweep()).toBe(0);
});

test('A file that took the place of an output stays', async () => {
  const { root, make, end, has, sweep } = await rig(11);
  await make('output/film.mp4');
  await end({ files: [{ path: 'output/film.mp4' }] });
  const other = path.join(root, 'other.mp4');
  await writeFile(other, 'of a client');
  await age(other, 11);
  await rename(other, path.join(root, 'output/film.mp4'));
  expect(await sweep()).toBe(0);
  expect(has('output/film.mp4')).toBe(true);
});

test('No note leads to a file outside the asset folder', async () => {
  const { root, end, sweep } = await rig(11);
  const outside = await scratchFolder();
  const file = path.join(outside, TASK);
  await writeFile(file, 'x');
  await age(file, 11);
  await symlink(outside, path.join(root, 'out'));
  await end({ files: [{ path: `out/${TASK}` }, { path: `../${path.basename(outside)}/${TASK}` }, { path: 7 }, null] });
  expect(await sweep()).toBe(0);
  expect(existsSync(file)).toBe(true);
});

test('What a killed API left of an upload is removed after a day; an upload that goes on stays', async () => {
  const root = await scratchFolder();
  const uploads = path.join(root, 'work/.uploads');
  for (const [name, days] of [
    ['old', 2],
    ['slow', 0.5],
  ] as const) {
    await mkdir(path.join(uploads, name), { recursive: true });
    await writeFile(path.join(uploads, name, 'file'), 'x');
    await age(path.join(uploads, name, 'file'), days);
    await age(path.join(uploads, name), 2);
  }
  await sweepUploads(root, new Date(Date.now() - DAY_MS));
  expect(existsSync(path.join(uploads, 'old'))).toBe(false);
  expect(existsSync(path.join(uploads, 'slow/file'))).toBe(true);
});
