import { spawn, type ChildProcess } from 'node:child_process';
import { inject } from 'vitest';
import type { RenderJob } from '../../src/drivers/remotion/driver.ts';
import { compiledScript } from '../../src/host/project.ts';

/**
 * Starts a process whose driver, as built, renders a film as a worker's does; it says something once a chunk is kept.
 */
export function startDriverProcess(options: { assets: string; cacheDir: string }, job: RenderJob): ChildProcess {
  const driverModule = compiledScript('src/drivers/remotion/driver.ts');
  const driver = {
    assetRoot: options.assets,
    cacheDir: options.cacheDir,
    browserExecutable: inject('chromiumExecutable'),
    encoder: { preset: 'superfast' },
    silenceSeconds: 60,
  };
  const program = `
    import { createRemotionDriver } from ${JSON.stringify(driverModule)};
    const logger = { debug() {}, info() {}, warn() {}, error() {} };
    const driver = createRemotionDriver({ ...${JSON.stringify(driver)}, logger });
    const onProgress = ({ keptFrames }) => keptFrames > 0 && console.log('one is kept');
    const job = { ...${JSON.stringify(job)}, subtitleFiles: new Map() };
    await driver.render(job, { signal: AbortSignal.timeout(60_000), onProgress });`;
  return spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
}
