import { spawnSync } from 'node:child_process';
import { programEnvironment } from '../../../host/child-environment.ts';

/** Takes from a program that runs as root the right to raise its own priority again. */
const UNRAISABLE = ['--bounding-set=-sys_nice', '--'];

/**
 * Returns what to put before a command so that it and its children keep a lower priority. Run by root, Chromium raises its processes
 * to −8 (seen), above everything else on the machine, the worker and its heartbeats included. The prefix is empty where that cannot be
 * prevented, or cannot happen because this process is not root.
 */
export function backgroundPrefix(): readonly string[] {
  if (process.getuid?.() !== 0) return [];
  return spawnSync('setpriv', [...UNRAISABLE, 'true'], { env: programEnvironment() }).status === 0
    ? ['setpriv', ...UNRAISABLE]
    : [];
}
