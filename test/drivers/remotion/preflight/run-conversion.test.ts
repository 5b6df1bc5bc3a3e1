import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ConversionError, runConversion } from '../../../../src/drivers/remotion/preflight/run-conversion.ts';
import { processesOf } from '../../../../src/host/marked-processes.ts';
import { GREEN, makeClip, RED } from '../../../helpers/media.ts';
import { makeOddClip } from '../../../helpers/odd-media.ts';
import { scratchFolder } from '../../../helpers/scratch.ts';

async function order(folder: string) {
  return {
    input: await makeOddClip(folder, 'plain.mp4'),
    demuxer: 'mov' as const,
    args: '-c:v libx264 -f mpegts'.split(' '),
    output: path.join(folder, 'output.ts'),
    mark: folder,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  };
}

test.runIf(existsSync('/dev/full'))('A full disk is told as one, so that the task is tried again', async () => {
  const conversion = runConversion({ ...(await order(await scratchFolder())), output: '/dev/full' });
  await expect(conversion).rejects.toMatchObject({ code: 'disk_full', entry: { class: 'transient' } });
});

test("A file that ffmpeg cannot read is reported with ffmpeg's reason", async () => {
  const conversion = runConversion({ ...(await order(await scratchFolder())), demuxer: 'matroska' });
  await expect(conversion).rejects.toThrow(ConversionError);
  await expect(conversion).rejects.toThrow('Invalid data found when processing input');
});

/** A film whose conversion takes minutes, and ffmpeg at work on it. */
async function longConversion(signal: AbortSignal) {
  const folder = await scratchFolder();
  const input = path.join(folder, 'long.mp4');
  await makeClip(input, { colours: Array.from({ length: 60 }, (_, at) => (at % 2 === 0 ? RED : GREEN)) });
  let begun = (): void => undefined;
  const hasBegun = new Promise<void>((resolve) => (begun = resolve));
  const args = '-vf scale=3840:2160 -c:v libx264 -preset veryslow -f mpegts'.split(' ');
  const conversion = runConversion({ ...(await order(folder)), input, args, signal, onProgress: begun });
  conversion.catch(() => undefined);
  await hasBegun;
  return { folder, conversion };
}

test('An abort kills ffmpeg, which has ended when the abort is reported', async () => {
  const controller = new AbortController();
  const { folder, conversion } = await longConversion(controller.signal);
  expect(processesOf(folder)).toHaveLength(1);
  const reason = new Error('cancelled');
  controller.abort(reason);
  await expect(conversion).rejects.toBe(reason);
  expect(processesOf(folder)).toEqual([]);
});

test('If another process kills ffmpeg, the task is tried again', async () => {
  const { folder, conversion } = await longConversion(new AbortController().signal);
  for (const pid of processesOf(folder)) process.kill(pid, 'SIGKILL');
  await expect(conversion).rejects.toMatchObject({ code: 'render_failed', entry: { class: 'transient' } });
});
