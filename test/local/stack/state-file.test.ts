import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { claimFolder } from '../../../src/local/stack/claim.ts';
import {
  identify,
  isAlive,
  isZombie,
  parseStartTicks,
  type ProcessIdentity,
} from '../../../src/host/process-identity.ts';
import { readState, writeState } from '../../../src/local/stack/state-file.ts';
import { createLines } from '../../helpers/lines.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

const PROGRAM = fileURLToPath(new URL('../../fixtures/programs/child.mjs', import.meta.url));
const url = 'http://localhost:1';

/** A program in a group of its own that nobody supervises. */
async function leftover(): Promise<ProcessIdentity> {
  const child = spawn(process.execPath, [PROGRAM], { detached: true, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  const identity = await identify(child.pid ?? 0);
  if (identity === undefined) throw new Error('it did not start');
  return identity;
}

/** A parent that has gone: no process ever has this start time. */
const gone: ProcessIdentity = { pid: process.pid, started: 'long ago' };

describe('A claim on a data folder', () => {
  test('writes down who runs there and which children it has, and leaves nothing when it is given free', async () => {
    const dataDir = await scratchFolder();
    const claim = await claimFolder({ dataDir, url, logger: createLines().logger });
    const child = await leftover();
    await claim.note('Redis', child.pid);
    expect(await readState(dataDir)).toMatchObject({ parent: { pid: process.pid }, url, children: { Redis: child } });
    await claim.release();
    expect(await readState(dataDir)).toBeUndefined();
  });

  test('is refused, with pid and URL, while another process runs there', async () => {
    const dataDir = await scratchFolder();
    const other = await leftover();
    await writeState(dataDir, { parent: other, url: 'http://localhost:4242', children: {} });
    const claiming = claimFolder({ dataDir, url, logger: createLines().logger });
    await expect(claiming).rejects.toThrow(`http://localhost:4242 (pid ${other.pid})`);
  });

  test('goes to one of several that try at once, and the others leave it alone', async () => {
    const dataDir = await scratchFolder();
    const child = await leftover();
    await writeState(dataDir, { parent: gone, url, children: { Temporal: child } });
    const tries = Array.from({ length: 5 }, () => claimFolder({ dataDir, url, logger: createLines().logger }));
    const results = await Promise.allSettled(tries);
    const claims = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(claims).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected') expect(String(result.reason)).toContain('The middleware is already running');
    expect(await readState(dataDir)).toMatchObject({ parent: { pid: process.pid } });
    await claims[0]?.release();
    await (await claimFolder({ dataDir, url, logger: createLines().logger })).release();
  });

  test('can be released after a child could not be recorded', async () => {
    const dataDir = await scratchFolder();
    const claim = await claimFolder({ dataDir, url, logger: createLines().logger });
    const child = await leftover();
    // What a full disk does to the write, a folder in its place does, too.
    const inTheWay = path.join(dataDir, 'stack.json');
    await rm(inTheWay);
    await mkdir(inTheWay);
    await expect(claim.note('Redis', child.pid)).rejects.toThrow('EISDIR');
    await rmdir(inTheWay);
    await claim.note('Temporal', child.pid);
    expect(Object.keys((await readState(dataDir))?.children ?? {})).toEqual(['Redis', 'Temporal']);
    await rm(inTheWay);
    await mkdir(inTheWay);
    await expect(claim.note('API', child.pid)).rejects.toThrow('EISDIR');
    await rmdir(inTheWay);
    await claim.release();
    expect(await readState(dataDir)).toBeUndefined();
  });

  test('stops what an earlier process left behind when it was killed, and says so', async () => {
    const dataDir = await scratchFolder();
    const { logger, said } = createLines();
    const child = await leftover();
    await writeState(dataDir, { parent: gone, url, children: { Temporal: child } });
    await claimFolder({ dataDir, url, logger });
    expect(await isAlive(child)).toBe(false);
    expect(said.join()).toContain('left running: Temporal');
  });

  test('never touches a process that only has the pid of an earlier child', async () => {
    const dataDir = await scratchFolder();
    const stranger = await leftover();
    await writeState(dataDir, {
      parent: gone,
      url,
      children: { Temporal: { ...stranger, started: 'before the reboot' } },
    });
    await claimFolder({ dataDir, url, logger: createLines().logger });
    expect(await isAlive(stranger)).toBe(true);
  });

  test('takes a damaged state file for none', async () => {
    const dataDir = await scratchFolder();
    await writeFile(path.join(dataDir, 'stack.json'), '{"parent": {"pid": "x"');
    await expect(claimFolder({ dataDir, url, logger: createLines().logger })).resolves.toBeDefined();
  });
});

test('The start time of a process is found behind a name with spaces and brackets', () => {
  const stat = `42 (a ) R b) S 1 42 42 0 -1 4194560 1 0 0 0 1 0 0 0 20 0 1 0 987654 1 1`;
  expect(parseStartTicks(stat)).toBe('987654');
  expect(isZombie(stat)).toBe(false);
  expect(isZombie('42 (dead) Z 1 42')).toBe(true);
});
