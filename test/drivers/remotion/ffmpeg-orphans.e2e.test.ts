import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { probeMedia } from '../../../src/assets/probe.ts';
import { PROCESS_MARK } from '../../../src/host/marked-processes.ts';
import { startDriverProcess } from '../../helpers/driver-process.ts';
import { driverRig } from '../../helpers/driver-rig.ts';
import { makeSound, tone } from '../../helpers/media.ts';
import { running, untilGone } from '../../helpers/processes.ts';

let rig: Awaited<ReturnType<typeof driverRig>>;
beforeAll(async () => {
  rig = await driverRig();
  await makeSound(path.join(rig.assets, 'sound.wav'), tone(440, 1));
  await rig.driver.prepare(AbortSignal.timeout(60_000));
});
afterAll(() => rig.remove());

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Ended meanwhile.
    return '';
  }
};

/** Waits until an ffmpeg of a worker's own, not of its browsers', does what has this among its arguments, and stops it there. */
async function ffmpegAt(work: string, worker: ChildProcess): Promise<number> {
  const { pid } = worker;
  while (worker.exitCode === null) {
    const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean);
    // Those without a mark only read, and end by themselves.
    const found = children.find(
      (child) =>
        read(`/proc/${child}/cmdline`).includes(work) && read(`/proc/${child}/environ`).includes(`${PROCESS_MARK}=`),
    );
    if (found !== undefined) {
      process.kill(Number(found), 'SIGSTOP');
      return Number(found);
    }
    await turn();
  }
  throw new Error(`the film is done, and no ffmpeg had to do with ${work}`);
}

test.runIf(process.platform === 'linux')(
  'Whatever ffmpeg does for a film when its worker is killed has ended before the next attempt goes on.',
  async () => {
    const made = await rig.job({
      width: 64,
      height: 64,
      durationInFrames: 30,
      clips: [{ type: 'text', text: 'Anew', motion: 'zoom-in' }],
      audioSrc: 'sound.wav',
    });
    const left: number[] = [];
    onTestFinished(() => running(left).forEach((pid) => process.kill(pid, 'SIGKILL')));
    for (const work of ['source-0.wav', 'chunks.txt', 'film.mp4']) {
      const worker = startDriverProcess(rig, made);
      const ended = once(worker, 'exit');
      const ffmpeg = await ffmpegAt(work, worker);
      expect(running(left)).toEqual([]);
      worker.kill('SIGKILL');
      await ended;
      expect(running([ffmpeg])).toEqual([ffmpeg]);
      left.push(ffmpeg);
    }
    await rig.driver.render(made, { signal: AbortSignal.timeout(60_000), onProgress: () => undefined });
    await untilGone(left);
    expect(await probeMedia(made.outputFile)).toMatchObject({ video: { width: 64 }, audio: { codec: 'aac' } });
    expect(await rig.leftovers(made)).toEqual([path.basename(made.outputFile)]);
  },
);
