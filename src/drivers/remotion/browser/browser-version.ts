import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { programEnvironment } from '../../../host/child-environment.ts';

const run = promisify(execFile);
const known = new Map<string, string>();

/** What a browser says of itself, such as `Chromium 156.0.7790.0`; asked again only when its file is another one. */
export async function browserVersion(executable: string): Promise<string> {
  const { mtimeMs, size } = await stat(executable);
  const key = `${executable} ${mtimeMs} ${size}`;
  const version =
    known.get(key) ??
    (await run(executable, ['--version'], { timeout: 30_000, env: programEnvironment() })).stdout.trim();
  known.set(key, version);
  return version;
}
