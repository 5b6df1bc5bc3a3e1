import { createRequire } from 'node:module';
import path from 'node:path';
import { complaintOf } from './ffmpeg-complaint.ts';
import { programEnvironment } from '../host/child-environment.ts';
import { runProgram, type ProgramEnd, type ProgramOptions } from '../host/run-program.ts';

/**
 * A program of the ffmpeg 7.1 that comes with Remotion, and its environment: it needs the path of its libraries, which
 * are next to it.
 */
export interface FfmpegProgram {
  file: string;
  env: NodeJS.ProcessEnv;
}

interface RendererManifest {
  optionalDependencies: Record<string, string>;
}

/** The folder of Remotion's native programs. npm has installed the package for this machine. */
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

/** @throws if Remotion's native package for this machine is not installed. */
export function ffmpegProgram(name: 'ffmpeg' | 'ffprobe'): FfmpegProgram {
  const folder = nativeFolder();
  return {
    file: path.join(folder, name),
    env: { ...programEnvironment(), LD_LIBRARY_PATH: folder, DYLD_LIBRARY_PATH: folder },
  };
}

/** Runs the bundled ffmpeg or ffprobe as {@link runProgram} does; `env` is added to what the program needs. */
export function runFfmpegProgram(
  name: 'ffmpeg' | 'ffprobe',
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramEnd> {
  const { file, env } = ffmpegProgram(name);
  return runProgram(file, args, { ...options, env: { ...env, ...options.env } });
}

/**
 * Runs the bundled ffmpeg with `input` on its standard input. @returns its standard output.
 * @param options.isStrict whether a complaint about the input, such as an incomplete file, also counts as a failure
 * @throws an Error with its standard error if it fails.
 */
export async function runFfmpeg(
  args: readonly string[],
  input?: Uint8Array,
  { isStrict = false }: { isStrict?: boolean } = {},
): Promise<Buffer> {
  const { stdout, stderr, endedBy } = await runFfmpegProgram('ffmpeg', ['-v', 'error', '-y', ...args], {
    mostOutputBytes: Infinity,
    feed: input === undefined ? undefined : async (write) => void (await write(input)),
  });
  if (endedBy !== null || (isStrict && stderr !== ''))
    throw new Error(`ffmpeg failed: ${complaintOf(stderr, args, 4) || endedBy}`);
  return stdout;
}
