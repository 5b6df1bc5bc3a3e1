import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { runProgram } from '../../../host/run-program.ts';
import type { Logger } from '../../../logging.ts';
import { sweepBundles, useBundle } from './bundle-folder.ts';
import { compiledScript, projectRoot } from '../../../host/project.ts';

/** Raise this when the content of a bundle changes although the composition does not. */
const LAYOUT = 2;

/** The folders of the composition's sources, relative to the project's folder. The Docker image contains them too. */
export const COMPOSITION_SOURCES = ['remotion', 'src/film', 'src/text'] as const;

/** Everything that determines a bundle: the composition's sources, the exact versions of all packages. */
async function bundleKey(root: string): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([LAYOUT]));
  const { dependencies } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
    dependencies: unknown;
  };
  hash.update(JSON.stringify(dependencies));
  for (const folder of COMPOSITION_SOURCES.map((name) => path.join(root, name)))
    for (const name of (await readdir(folder, { recursive: true })).toSorted())
      if ((await stat(path.join(folder, name))).isFile())
        hash.update(name).update(await readFile(path.join(folder, name)));
  return hash.digest('hex').slice(0, 16);
}

async function bundleInto(outDir: string, root: string, signal: AbortSignal): Promise<void> {
  const args = [
    compiledScript('src/drivers/remotion/bundle/bundle-child.ts'),
    path.join(root, 'remotion', 'index.ts'),
    outDir,
    root,
  ];
  const { stderr, endedBy } = await runProgram(process.execPath, args, { signal, hasChannel: true });
  if (endedBy !== null)
    throw new Error(`The composition could not be bundled: ${stderr.trim().slice(-2000) || endedBy}`);
}

/**
 * Returns the folder of the bundled composition. If the cache does not have it, this makes it (1–2 s). Several
 * processes may do this at the same time: each uses its own temporary name, and the first to finish wins.
 */
export async function cachedBundle(
  options: { cacheDir: string; logger: Logger },
  signal: AbortSignal,
): Promise<string> {
  const root = projectRoot();
  const folder = path.join(options.cacheDir, 'bundles');
  const key = await bundleKey(root);
  const finished = path.join(folder, key);
  if (await useBundle(finished)) return finished;

  signal.throwIfAborted();
  await mkdir(folder, { recursive: true });
  await sweepBundles(folder, new Date());
  const started = Date.now();
  const working = path.join(folder, `.${key}-${randomUUID()}`);
  try {
    await bundleInto(working, root, signal);
    await rename(working, finished).catch((error: unknown) => {
      if (!existsSync(finished)) throw error;
    });
  } finally {
    await rm(working, { recursive: true, force: true });
  }
  options.logger.info(`The composition was bundled in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return finished;
}
