import { getPriority, setPriority } from 'node:os';

const LOWEST = 19;

/**
 * Gives a process, or on Linux a thread, a lower priority than this process has. It never raises a priority, because
 * only root may.
 * @param pid default: this process.
 * @param by how much lower, 1–19.
 * @throws when the process has ended.
 */
export function lowerPriority(pid = 0, by = 10): void {
  setPriority(pid, Math.min(LOWEST, getPriority() + by));
}
