import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { expect, inject, test } from 'vitest';
import { probeMedia } from '../../src/assets/probe.ts';
import { startCommand } from '../helpers/started-command.ts';
import { scratchFolder } from '../helpers/scratch.ts';

test('npm run demo renders its film through the real API, says where it is, and leaves nothing but it and the logs', async () => {
  const dataDir = await scratchFolder();
  const temporary = await scratchFolder();
  const demo = startCommand(['demo'], {
    DATA_DIR: dataDir,
    TMPDIR: temporary,
    CHROMIUM_EXECUTABLE: inject('chromiumExecutable'),
  });
  await demo.printed('The film: ');
  expect(await demo.ended).toBe(0);

  const film = path.join(dataDir, 'demo', 'demo.mp4');
  expect(demo.output()).toContain(`The film: ${film}`);
  expect((await stat(film)).size).toBeGreaterThan(100_000);
  const { video, audio } = await probeMedia(film, AbortSignal.timeout(10_000));
  expect(video).toMatchObject({ width: 1080, height: 1920 });
  expect(audio).not.toBeNull();

  const kept = await readdir(path.join(dataDir, 'demo'));
  expect(kept.toSorted((a, b) => a.localeCompare(b))).toEqual([
    'demo.mp4',
    'image.png',
    'moving-image.mp4',
    'server.log',
    'speech.wav',
    'video.mp4',
    'worker.log',
  ]);
  expect(await readdir(temporary)).toEqual([]);
});
