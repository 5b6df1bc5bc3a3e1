import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RenderedFilm, RenderJob, RenderProgress } from '../../../src/drivers/remotion/driver.ts';
import { startDriverProcess } from '../../helpers/driver-process.ts';
import { driverRig } from '../../helpers/driver-rig.ts';
import { makePicture, RED } from '../../helpers/media.ts';
import { poolFamilies, poolProcesses } from '../../helpers/pool-processes.ts';
import { untilGone } from '../../helpers/processes.ts';

const LONG = {
  width: 180,
  height: 320,
  durationInFrames: 240,
  clips: [{ type: 'image', src: 'red.png', motion: 'zoom-in' }],
};
/** What a child is said to draw in a second, so that the film has eight chunks. */
const SLOW = { [LONG.width * LONG.height]: 1.6 };
const CHUNKS = 8;

/** More than a child needs to start on a busy machine. */
const SILENCE_SECONDS = 8;

let rig: Awaited<ReturnType<typeof driverRig>>;
/** Its hash is that of every render of it that went well in the end. */
let undisturbed: RenderedFilm;
beforeAll(async () => {
  rig = await driverRig({ silenceSeconds: SILENCE_SECONDS });
  await makePicture(path.join(rig.assets, 'red.png'), RED);
  await rig.driver.prepare(AbortSignal.timeout(60_000));
  undisturbed = await inPeace(await fresh());
});
afterAll(() => rig.remove());

const signal = (): AbortSignal => AbortSignal.timeout(120_000);
const inPeace = (made: RenderJob): Promise<RenderedFilm> =>
  rig.driver.render(made, { signal: signal(), onProgress: () => undefined });

/** A job for the long film, none of whose chunks is there. */
async function fresh(timeline: object = LONG, name?: string): Promise<RenderJob> {
  await rm(path.join(rig.assets, 'work', '.chunks'), { recursive: true, force: true });
  await writeFile(path.join(rig.cacheDir, 'render-speed.json'), JSON.stringify(SLOW));
  return rig.job(timeline, name);
}

/** Starts a render and waits until it has drawn so many frames. */
async function inTheAct(made: RenderJob, until = signal(), frames = 20) {
  let ended: Promise<unknown> = Promise.resolve();
  await new Promise<void>((resolve, reject) => {
    const onProgress = (step: RenderProgress): void => {
      if (step.renderedFrames > frames) resolve();
    };
    ended = rig.driver.render(made, { signal: until, onProgress }).catch((error: unknown) => error);
    void ended.then(reject);
  });
  const families = poolFamilies(rig.cacheDir);
  const family = families.flat();
  expect(family.length).toBeGreaterThan(8);
  return { ended, families, family };
}

const hashOf = async ({ outputFile }: RenderJob): Promise<string> =>
  createHash('sha256')
    .update(await readFile(outputFile))
    .digest('hex');

/** How often a chunk was begun anew. */
const drawnAgain = (log: readonly string[]): number => log.filter((line) => line.includes('is drawn again')).length;

test('A film is drawn in chunks by browsers that stay for the next one, and its file is told by its hash.', async () => {
  const pids = poolFamilies(rig.cacheDir).map(([child]) => child);
  const made = await fresh();
  const film = await inPeace(made);
  expect(film).toMatchObject({ chunks: CHUNKS, reusedChunks: 0, frames: 240, durationSeconds: 8 });
  expect(film.sha256).toBe(await hashOf(made));
  expect(film.sha256).toBe(undisturbed.sha256);
  expect(poolFamilies(rig.cacheDir).map(([child]) => child)).toEqual(pids);
});

test('An abort ends the render with its reason, and leaves no process and no file but finished chunks.', async () => {
  const controller = new AbortController();
  const made = await fresh();
  const { ended, family } = await inTheAct(made, controller.signal, 100);
  const reason = new Error('no longer wanted');
  controller.abort(reason);
  expect(await ended).toBe(reason);
  await untilGone(family);
  expect((await rig.leftovers(made)).filter((name) => !/^chunks(\/[0-9a-f]+\.mp4)?$/.test(name))).toEqual([]);
});

test('An abort before the start leaves nothing, either.', async () => {
  const made = await fresh();
  const render = rig.driver.render(made, { signal: AbortSignal.abort(), onProgress: () => undefined });
  await expect(render).rejects.toThrow('aborted');
  expect(await rig.leftovers(made)).toEqual([]);
});

test('Children, browsers and encoders killed at random cost at most a chunk each; the film is the same.', async () => {
  const KILLS = Number(process.env['RENDER_KILLS'] ?? 5);
  rig.log.length = 0;
  const made = await fresh();
  const moments = Array.from({ length: KILLS }, () => Math.floor(Math.random() * LONG.durationInFrames));
  const killed: string[] = [];
  const onProgress = ({ renderedFrames }: RenderProgress): void => {
    if (killed.length === KILLS || renderedFrames < (moments.toSorted((a, b) => a - b)[killed.length] ?? 0)) return;
    const families = poolFamilies(rig.cacheDir);
    const family = families[Math.floor(Math.random() * families.length)] ?? [];
    const victim = Math.random() < 0.5 ? family[0] : family[Math.floor(Math.random() * family.length)];
    killed.push(`${victim} at ${renderedFrames}`);
    if (victim !== undefined) process.kill(victim, 'SIGKILL');
  };
  const film = await rig.driver.render(made, { signal: signal(), onProgress });
  expect({ moments, killed, sha256: film.sha256 }).toEqual({ moments, killed, sha256: undisturbed.sha256 });
  expect(killed).toHaveLength(KILLS);
  expect(drawnAgain(rig.log)).toBeLessThanOrEqual(KILLS);
});

test('A child that falls silent is killed although it is stopped, and its chunk is drawn by another.', async () => {
  rig.log.length = 0;
  const { ended, families } = await inTheAct(await fresh());
  const [stopped = []] = families;
  process.kill(stopped[0] ?? 0, 'SIGSTOP');
  expect(await ended).toMatchObject({ sha256: undisturbed.sha256 });
  await untilGone(stopped);
  expect(rig.log.filter((line) => line.includes('without a sign of life'))).toHaveLength(1);
  expect(drawnAgain(rig.log)).toBe(1);
});

test('A file that is deleted while the film is drawn is named.', async () => {
  const doomed = path.join(rig.assets, 'doomed.png');
  await makePicture(doomed, RED);
  const { ended } = await inTheAct(
    await fresh({ ...LONG, clips: [{ type: 'image', src: 'doomed.png', motion: 'zoom-in' }] }),
  );
  await rm(doomed);
  expect(await ended).toMatchObject({ code: 'asset_missing', message: expect.stringContaining('doomed.png') });
});

test('When the worker is killed, its render ends at once, and the next attempt draws only what is missing.', async () => {
  const made = await fresh(LONG, 'orphan.mp4');
  await rig.driver.close();
  const worker = startDriverProcess(rig, made);
  await once(worker.stdout ?? worker, 'data');
  const family = poolProcesses(rig.cacheDir);
  expect(family.length).toBeGreaterThan(8);
  worker.kill('SIGKILL');
  await untilGone(family);

  // Without the chunks of all tasks, so that those of the task itself are what counts.
  await rm(path.join(rig.assets, 'work', '.chunks'), { recursive: true });
  const film = await inPeace(made);
  expect({ chunks: film.chunks, sha256: film.sha256 }).toEqual({ chunks: CHUNKS, sha256: undisturbed.sha256 });
  expect(film.reusedChunks).toBeGreaterThan(0);
  expect(await rig.leftovers(made)).toEqual(['orphan.mp4']);
  expect(await readdir(path.join(rig.cacheDir, 'render-pool'), { recursive: true })).not.toContain(String(worker.pid));
});

test('Stopped processes of dead workers are killed before a render begins.', async () => {
  const made = await rig.job({ ...LONG, durationInFrames: 2 });
  const [pool] = await readdir(path.join(rig.cacheDir, 'render-pool'));
  const orphaned = path.join(rig.cacheDir, 'render-pool', pool ?? '', '999999999-1-dead', '1');
  await mkdir(orphaned, { recursive: true });
  const stray = spawn('sleep', ['60'], { env: { ...process.env, GPU_MIDDLEWARE_RENDER: orphaned }, stdio: 'ignore' });
  stray.kill('SIGSTOP');
  await Promise.all([once(stray, 'exit'), inPeace(made)]);
  await expect(stat(orphaned)).rejects.toThrow('ENOENT');
});

test('A missing browser is named, and the render is not tried again.', async () => {
  const bare = await driverRig({ browserExecutable: '/nowhere/chromium' });
  try {
    await expect(bare.render({ ...LONG, clips: [] })).rejects.toMatchObject({
      code: 'browser_missing',
      message: expect.stringContaining('/nowhere/chromium'),
    });
  } finally {
    await bare.remove();
  }
});

test('Two processes that bundle at once both succeed, and the bundle is kept.', async () => {
  const other = await driverRig({ bundles: 'own' });
  try {
    await Promise.all([other.driver.prepare(signal()), other.driver.prepare(signal())]);
    const folder = path.join(other.cacheDir, 'bundles');
    const [bundle = '', ...others] = await readdir(folder);
    expect(others).toEqual([]);
    // Its use is noted, which keeps it from being swept.
    const longAgo = new Date(0);
    await utimes(path.join(folder, bundle), longAgo, longAgo);
    await other.driver.prepare(signal());
    expect(await readdir(folder)).toEqual([bundle]);
    expect((await stat(path.join(folder, bundle))).mtimeMs).toBeGreaterThan(0);
  } finally {
    await other.remove();
  }
});
