import { HIGHEST_PRIORITY } from '../contracts/names.ts';

/**
 * A task's priority (0–100, higher first) as the server's priority key (1…levels, lower first).
 * With 101 levels every priority has a key of its own; with fewer, neighbours share a band.
 */
export function priorityKey(priority: number, levels: number): number {
  return levels - Math.floor((priority * levels) / (HIGHEST_PRIORITY + 1));
}
