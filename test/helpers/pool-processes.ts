import { readdirSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { processesOf } from '../../src/host/marked-processes.ts';
import { familyOf } from './processes.ts';

const list = (folder: string): string[] => {
  try {
    return readdirSync(folder).map((name) => path.join(folder, name));
  } catch {
    return [];
  }
};

/** What a pool marks beside its children. */
const isChild = (folder: string): boolean => path.basename(folder) !== 'ffmpeg';

/** The children of all render pools of a cache folder: for each, all of its processes, itself first. */
export function poolFamilies(cacheDir: string): number[][] {
  const children = list(path.join(cacheDir, 'render-pool', hostname()))
    .flatMap(list)
    .filter(isChild);
  return children.flatMap((folder) => {
    const marked = processesOf(folder);
    const inner = new Set(marked.flatMap((pid) => familyOf(pid).slice(1)));
    const [child] = marked.filter((pid) => !inner.has(pid));
    return child === undefined ? [] : [[...new Set([child, ...marked.flatMap(familyOf)])]];
  });
}

/** All processes of all render pools of a cache folder. */
export const poolProcesses = (cacheDir: string): number[] => poolFamilies(cacheDir).flat();
