import { readdirSync, readFileSync } from 'node:fs';

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    // The process has ended.
    return '';
  }
}

/** The parent of every process, by pid. Empty without /proc. */
function parents(): Map<number, number> {
  let names: string[] = [];
  try {
    names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return new Map();
  }
  // The name in brackets may contain anything, so parse the text after it.
  return new Map(
    names.map((name) => [
      Number(name),
      Number(
        read(`/proc/${name}/stat`)
          .replace(/^.*\) /s, '')
          .split(' ')[1],
      ),
    ]),
  );
}

const proportionalSet = (pid: number): number =>
  Number(/^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) * 1024;

/** The memory in bytes of a process and its descendants; shared memory counts once. 0 if it cannot be read. */
export function memoryOf(pid: number): number {
  const parentOf = parents();
  const family = [pid];
  for (const member of family) for (const [child, parent] of parentOf) if (parent === member) family.push(child);
  return family.reduce((sum, member) => sum + proportionalSet(member), 0);
}
