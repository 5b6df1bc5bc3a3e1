import { stat } from 'node:fs/promises';
import { runProgram } from '../run-program.ts';

export interface Chromium {
  /** The browser itself, or a launcher that becomes it by `exec`. */
  executable: string;
  /** Which of the ways it came, for people. */
  source: string;
  version: string;
}

const LIMIT_MS = 30_000;
const known = new Map<string, string>();

/**
 * What a browser says of itself, such as `Chromium 147.0.7727.0`: the proof that it starts on this machine. It is asked once, and again
 * when its file has changed.
 * @throws when it does not start.
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
