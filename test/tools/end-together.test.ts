import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { endTogether } from '../helpers/end-together.ts';
import { running, untilGone } from '../helpers/processes.ts';
import { scratchFolder } from '../helpers/scratch.ts';

/** A server that ends by itself long after the test. */
function startServer(): number {
  const { pid = 0 } = spawn('sleep', ['300'], { detached: true, stdio: 'ignore' });
  onTestFinished(() => {
    if (running([pid]).length > 0) process.kill(pid, 'SIGKILL');
  });
  return pid;
}

test('Servers of tests end, and their files go, when the process that started them is gone', async () => {
  const folder = path.join(await scratchFolder(), 'servers');
  await mkdir(folder);
  await writeFile(path.join(folder, 'data'), 'x');
  const pids = [startServer(), startServer()];
  const guardian = endTogether({ pids, folder });
  // The system does the same when this process ends.
  guardian.stdin?.end();
  await once(guardian, 'exit');
  await untilGone(pids);
  await expect(stat(folder)).rejects.toThrow('ENOENT');
});

test('Servers stay when the process that would end them is ended first', async () => {
  const pid = startServer();
  const guardian = endTogether({ pids: [pid], folder: await scratchFolder() });
  guardian.kill('SIGKILL');
  await once(guardian, 'exit');
  expect(running([pid])).toEqual([pid]);
});
