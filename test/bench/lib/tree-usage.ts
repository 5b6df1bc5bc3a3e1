import { readdirSync, readFileSync } from 'node:fs';

/** The kernel counts processor time in hundredths of a second, on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
const INTERVAL_MS = 250;

interface Process {
  parent: number;
  /** Own, without children's. */
  ticks: number;
}

function readProcess(pid: number): Process | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return null;
  }
}

function pssOf(pid: number): number {
  try {
    const kilobytes = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** A process and all that descend from it. */
function treeOf(root: number): Map<number, Process> {
  const all = new Map<number, Process>();
  for (const pid of readdirSync('/proc').map(Number).filter(Number.isInteger)) {
    const found = readProcess(pid);
    if (found !== null) all.set(pid, found);
  }
  const within = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined && at > 1; at = all.get(at)?.parent)
      if (at === root) return true;
    return false;
  };
  return new Map([...all].filter(([pid]) => within(pid)));
}

export interface TreeUsage {
  cpuSeconds: number;
  /** Proportional set size: memory that several processes share counts once. */
  peakBytes: number;
}

/** Watches a process tree until it is stopped. What a process did in its last quarter of a second may be missed. */
export function watchTree(root: number): { stop(): TreeUsage } {
  const ticks = new Map<number, number>();
  let peakBytes = 0;
  const look = (): void => {
    let bytes = 0;
    for (const [pid, found] of treeOf(root)) {
      ticks.set(pid, found.ticks);
      bytes += pssOf(pid);
    }
    peakBytes = Math.max(peakBytes, bytes);
  };
  const timer = setInterval(look, INTERVAL_MS);
  return {
    stop() {
      clearInterval(timer);
      return { cpuSeconds: [...ticks.values()].reduce((sum, one) => sum + one, 0) / TICKS_PER_SECOND, peakBytes };
    },
  };
}
