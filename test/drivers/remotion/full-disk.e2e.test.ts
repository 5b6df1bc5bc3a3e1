import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { probeMedia } from '../../../src/assets/probe.ts';
import type { RenderProgress } from '../../../src/drivers/remotion/driver.ts';
import { driverRig } from '../../helpers/driver-rig.ts';

const SIZE = { width: 180, height: 320 };
/** What a child is said to draw in a second, so that the film has several chunks. */
const SPEED = { [SIZE.width * SIZE.height]: 1 };
const FRAMES = 72;
const DISK_MB = 8;
const PAGE = 4096;

let rig: Awaited<ReturnType<typeof driverRig>>;
/** Disks of their own for the work folders and for the films. */
let disks: { work: string; output: string };
let areMounted = false;
beforeAll(async () => {
  rig = await driverRig();
  disks = { work: path.join(rig.base, 'work'), output: rig.output };
  mkdirSync(disks.work);
  areMounted = Object.values(disks).every(
    (disk) => spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', disk]).status === 0,
  );
  await rig.driver.prepare(AbortSignal.timeout(60_000));
});
afterAll(async () => {
  for (const disk of Object.values(disks)) spawnSync('umount', ['--lazy', disk]);
  await rig.remove();
});

/** Leaves so many pages on a disk. */
function fill(disk: string, pages: number): void {
  const file = openSync(path.join(disk, 'filling'), 'w');
  let size = 0;
  try {
    while (size < DISK_MB * 1024 * 1024) size += writeSync(file, Buffer.alloc(PAGE));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
  ftruncateSync(file, size - pages * PAGE);
  closeSync(file);
}

const joining = ({ stage }: RenderProgress): boolean => stage === 'joining';
const moments: { when: string; name: 'work' | 'output'; pages: number; isMoment: (now: RenderProgress) => boolean }[] =
  [
    {
      when: 'chunks are drawn',
      name: 'work',
      pages: 0,
      isMoment: ({ stage, keptFrames }) => stage === 'rendering' && keptFrames > 0,
    },
    { when: 'the list of chunks is written', name: 'work', pages: 0, isMoment: joining },
    // The list fits into one.
    { when: 'chunks are joined', name: 'work', pages: 1, isMoment: joining },
    { when: 'the film is put into its place', name: 'output', pages: 0, isMoment: joining },
  ];

test.for(moments)(
  'A disk that is full when $when is named, finished chunks stay, and with room the film completes.',
  async ({ when, name, pages, isMoment }, { skip }) => {
    skip(!areMounted, 'this machine does not let us mount a disk');
    await writeFile(path.join(rig.cacheDir, 'render-speed.json'), JSON.stringify(SPEED));
    const made = await rig.job({
      ...SIZE,
      durationInFrames: FRAMES,
      clips: [{ type: 'text', text: when, motion: 'zoom-in' }],
    });
    const disk = disks[name];
    const empty = () => rm(path.join(disk, 'filling'), { force: true });
    onTestFinished(empty);
    let isFull = false;
    const onProgress = (progress: RenderProgress): void => {
      if (isFull || !isMoment(progress)) return;
      isFull = true;
      fill(disk, pages);
    };
    const signal = AbortSignal.timeout(120_000);
    await expect(rig.driver.render(made, { signal, onProgress })).rejects.toMatchObject({
      code: 'disk_full',
      logged: expect.stringContaining(disk) as string,
      entry: { class: 'transient' },
    });
    expect(await readdir(rig.output)).not.toContain(path.basename(made.outputFile));
    expect((await rig.leftovers(made)).filter((one) => !/^chunks(\/[0-9a-f]+\.mp4)?$/.test(one))).toEqual([]);

    await empty();
    const film = await rig.driver.render(made, { signal, onProgress: () => undefined });
    expect(film.frames).toBe(FRAMES);
    expect(film.reusedChunks).toBeGreaterThan(0);
    expect((await probeMedia(made.outputFile)).video).toMatchObject(SIZE);
  },
);
