import { programEnvironment } from '../child-environment.ts';
import { runCommand } from '../command.ts';

export interface Chromium {
  /** The browser itself, or a launcher that becomes it by `exec`. */
  executable: string;
  /** Which of the ways it came, for people. */
  source: string;
  version: string;
}

/**
 * What a browser says of itself, such as `Chromium 147.0.7727.0`: the proof that it starts on this machine.
 * @throws when it does not start.
 */
export async function browserVersion(executable: string): Promise<string> {
  const output = await runCommand(executable, ['--version'], { timeoutMs: 15_000, baseEnv: programEnvironment() });
  const line = output.split('\n').find((text) => /\d\.\d/.test(text));
  if (line === undefined) throw new Error(`${executable} printed no version`);
  return line.trim();
}
