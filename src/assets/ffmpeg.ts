import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import path from 'node:path';
import { complaintOf } from './ffmpeg-complaint.ts';
import { programEnvironment } from '../host/child-environment.ts';

/** A program of the ffmpeg 7.1 that comes with Remotion, and the environment it needs: it looks for its libraries beside itself. */
export interface FfmpegProgram {
  file: string;
  env: NodeJS.ProcessEnv;
}

interface RendererManifest {
  optionalDependencies: Record<string, string>;
}

/** The folder of Remotion's native programs; npm installed the one package of several that suits this machine. */
function nativeFolder(): string {
  const require = createRequire(createRequire(import.meta.url).resolve('@remotion/renderer/package.json'));
  const { optionalDependencies } = require('./package.json') as RendererManifest;
  const wanted = `@remotion/compositor-${process.platform}-${process.arch}`;
  for (const name of Object.keys(optionalDependencies).filter((candidate) => candidate.startsWith(wanted))) {
    try {
      return path.dirname(require.resolve(`${name}/package.json`));
    } catch {
      // The variant for another C library.
    }
  }
  throw new Error(`Remotion has no programs for ${process.platform} ${process.arch}, or \`npm ci\` left them out`);
}

/** @throws when Remotion's native package for this machine is not installed. */
export function ffmpegProgram(name: 'ffmpeg' | 'ffprobe'): FfmpegProgram {
  const folder = nativeFolder();
  return {
    file: path.join(folder, name),
    env: { ...programEnvironment(), LD_LIBRARY_PATH: folder, DYLD_LIBRARY_PATH: folder },
  };
}

/**
 * Runs the bundled ffmpeg with `input` on its standard input; gives its standard output.
 * @param options.isStrict whether it fails also with a complaint about its input, such as that it is cut off
 * @throws with what it wrote to standard error when it fails.
 */
export async function runFfmpeg(
  args: readonly string[],
  input?: Uint8Array,
  { isStrict = false }: { isStrict?: boolean } = {},
): Promise<Buffer> {
  const { file, env } = ffmpegProgram('ffmpeg');
  const child = spawn(file, ['-v', 'error', '-y', ...args], { env, stdio: 'pipe' });
  const out: Buffer[] = [];
  let errors = '';
  child.stdout.on('data', (data: Buffer) => out.push(data));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  // It may end before it has read everything; its exit code says whether that matters.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0 || (isStrict && errors !== ''))
    throw new Error(`ffmpeg failed: ${complaintOf(errors.slice(-2000), args, 4)}`);
  return Buffer.concat(out);
}
