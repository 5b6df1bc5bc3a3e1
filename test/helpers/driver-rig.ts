import { mkdir, mkdtemp, readdir, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inject } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { timelineSchema } from '../../src/contracts/timeline.ts';
import { createRemotionDriver, type RenderJob, type RenderProgress } from '../../src/drivers/remotion/driver.ts';
import { createLineLogger } from '../../src/logging.ts';

/**
 * The real driver with an asset folder, a cache and an output folder of its own. It takes the composition's bundle from
 * the cache of this machine unless `bundles` is `own`.
 */
export async function driverRig(
  options: { silenceSeconds?: number; browserExecutable?: string; bundles?: 'own' } = {},
) {
  const base = await realpath(await mkdtemp(path.join(tmpdir(), 'driver-')));
  const [assets, output, cacheDir] = ['assets', 'output', 'cache'].map((name) => path.join(base, name)) as [
    string,
    string,
    string,
  ];
  await Promise.all([assets, output, cacheDir].map((folder) => mkdir(folder)));
  if (options.bundles === undefined) {
    const bundles = path.join(loadConfig(process.env).cacheDir, 'bundles');
    await mkdir(bundles, { recursive: true });
    await symlink(bundles, path.join(cacheDir, 'bundles'));
  }
  const log: string[] = [];
  const driver = createRemotionDriver({
    assetRoot: assets,
    cacheDir,
    browserExecutable: options.browserExecutable ?? inject('chromiumExecutable'),
    silenceSeconds: options.silenceSeconds ?? 60,
    encoder: { preset: 'superfast' },
    logger: createLineLogger('test', (line) => log.push(line)),
  });
  let count = 0;
  /** A job for a timeline as a client sends it. */
  const job = async (timeline: object, name = `film-${++count}.mp4`): Promise<RenderJob> => {
    const workDir = path.join(base, 'work', name);
    await mkdir(workDir, { recursive: true });
    return {
      timeline: timelineSchema.parse(timeline),
      subtitleFiles: new Map(),
      outputFile: path.join(output, name),
      workDir,
      overwrite: true,
    };
  };
  const render = async (timeline: object) => {
    const made = await job(timeline);
    const progress: RenderProgress[] = [];
    /** The warnings that came before the first frame. */
    const early: string[] = [];
    const isDrawing = (): boolean => (progress.at(-1)?.totalFrames ?? 0) > 0;
    const film = await driver.render(made, {
      signal: AbortSignal.timeout(120_000),
      onProgress: (step) => progress.push(step),
      onWarning: (text) => isDrawing() || early.push(text),
    });
    return { film, file: made.outputFile, progress, early };
  };
  /** Everything that a render left behind: its names in the output folder, and those in its work folder. */
  const leftovers = async ({ outputFile, workDir }: RenderJob): Promise<string[]> => {
    const { name } = path.parse(outputFile);
    // Beside its note of which files are its own.
    const below = (await readdir(workDir, { recursive: true })).filter((one) => one !== 'published.json');
    return [...(await readdir(output)).filter((one) => one.includes(name)), ...below];
  };
  return {
    base,
    assets,
    output,
    cacheDir,
    driver,
    log,
    job,
    render,
    leftovers,
    async remove() {
      await driver.close();
      await rm(base, { recursive: true, force: true });
    },
  };
}
