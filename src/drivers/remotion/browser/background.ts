import { spawnSync } from 'node:child_process';
import { programEnvironment } from '../../../host/child-environment.ts';

/** Removes the right to raise its own priority from a program that runs as root. */
const UNRAISABLE = ['--bounding-set=-sys_nice', '--'];

/**
 * Returns a prefix for a command, with which the command and its children keep a lower priority. As root, Chromium
 * raises its processes to −8 (measured), above everything else on the machine, including the worker and its heartbeats.
 * The prefix is empty if this cannot be prevented, or if this process is not root.
 */
export function backgroundPrefix(): readonly string[] {
  if (process.getuid?.() !== 0) return [];
  return spawnSync('setpriv', [...UNRAISABLE, 'true'], { env: programEnvironment() }).status === 0
    ? ['setpriv', ...UNRAISABLE]
    : [];
}
