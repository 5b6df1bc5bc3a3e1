import { spawnSync } from 'node:child_process';
import { programEnvironment } from '../../../host/child-environment.ts';

/** Takes from a program of root's the right to raise its own priority again. */
const UNRAISABLE = ['--bounding-set=-sys_nice', '--'];

/**
 * What to put before a command so that it and its children stay in the background once they are niced. Run by root, Chromium raises
 * its processes to −8 (seen), above everything else on the box, the worker and its heartbeats included. Nothing where that cannot be
 * prevented, or cannot happen because we are not root.
 */
export function backgroundPrefix(): readonly string[] {
  if (process.getuid?.() !== 0) return [];
  return spawnSync('setpriv', [...UNRAISABLE, 'true'], { env: programEnvironment() }).status === 0
    ? ['setpriv', ...UNRAISABLE]
    : [];
}
