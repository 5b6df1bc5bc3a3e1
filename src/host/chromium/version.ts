import { stat } from 'node:fs/promises';
import { runProgram } from '../run-program.ts';

export interface Chromium {
  /** The browser itself, or a launcher that replaces itself with it (`exec`). */
  executable: string;
  /** Where it came from, for people. */
  source: string;
  version: string;
}

const LIMIT_MS = 30_000;
const known = new Map<string, string>();

/**
 * The version that a browser prints, such as `Chromium 147.0.7727.0`. It proves that the browser starts on this
 * machine. Cached until the file changes.
 * @throws if it does not start.
 */
export async function browserVersion(executable: string): Promise<string> {
  const { mtimeMs, size } = await stat(executable);
  const key = `${executable} ${mtimeMs} ${size}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const { stdout, stderr, endedBy } = await runProgram(executable, ['--version'], { timeoutMs: LIMIT_MS });
  if (endedBy !== null) throw new Error(`${executable} --version ended by ${endedBy} | ${stderr.trim().slice(-500)}`);
  const version = stdout.toString().trim();
  if (!/\d\.\d/.test(version)) throw new Error(`${executable} printed no version`);
  known.set(key, version);
  return version;
}
