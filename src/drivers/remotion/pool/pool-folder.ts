import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { isZombie, parseStartTicks } from '../../../host/process-identity.ts';
import { removeForGood } from './remove-for-good.ts';
import { killMarked } from '../../../host/marked-processes.ts';

/**
 * The start time of a process in ticks since boot, because another process may get its pid later. Null if there is no
 * such process, or no /proc.
 */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return isZombie(stat) ? null : (parseStartTicks(stat) ?? null);
  } catch {
    return null;
  }
}

/** `<pid>-<start>-<random>`: the name identifies the process that owns the folder. */
const nameFor = (pid: number): string => `${pid}-${startOf(pid) ?? '0'}-${randomUUID().slice(0, 8)}`;

function isOwned(name: string): boolean {
  const [pid = '', start = ''] = name.split('-');
  return startOf(Number(pid)) === start;
}

/** The folder of this machine's pools. Another machine that shares the disk sweeps its own. */
const poolsOf = (cacheDir: string): string => path.join(cacheDir, 'render-pool', hostname());

/** The path of a new folder for the children of one pool of this process. The first child creates it. */
export const poolFolder = (cacheDir: string): string => path.join(poolsOf(cacheDir), nameFor(process.pid));

/** Kills processes that pools of dead workers left running, including stopped ones, and removes their files. */
export async function sweepPools(cacheDir: string): Promise<void> {
  const folder = poolsOf(cacheDir);
  const dead = (await readdir(folder).catch(() => [])).filter((name) => !isOwned(name));
  for (const name of dead) {
    const children = readdirSync(path.join(folder, name)).map((child) => path.join(folder, name, child));
    for (const child of children) killMarked(child);
    await removeForGood(path.join(folder, name));
  }
}
