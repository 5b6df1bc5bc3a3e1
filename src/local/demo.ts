import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig, type Config } from '../config.ts';
import { messageOf } from '../errors.ts';
import { makeDemoAssets } from './demo-film.ts';
import { makeFilm, makePictures, makeSpeech } from './demo-steps.ts';
import { freePort } from './ports.ts';
import { startStack } from './stack.ts';
import { stopOnSignals } from './stop-on-signals.ts';
import { createTerminal } from './terminal.ts';

const logger = createTerminal();
const LOOPBACK = '127.0.0.1';

async function stackOptions(config: Config, folder: string, assetRoot: string, logDir: string) {
  return {
    dataDir: path.join(folder, 'data'),
    cacheDir: config.cacheDir,
    assetRoot,
    logDir,
    namespace: 'default',
    http: { host: LOOPBACK, port: await freePort() },
    temporal: { port: await freePort(), uiPort: await freePort() },
    redis: { host: LOOPBACK, port: await freePort() },
    chromiumExecutable: config.render.chromiumExecutable,
    simulate: { comfyui: { port: await freePort() }, cosyvoice: { port: await freePort() } },
    // Beside a middleware that runs on this machine, the demo must not wait for its card, nor need its keys.
    env: { GPU_ID: `demo:${process.pid}`, ASSET_ALIASES: '', API_KEYS: '', MAX_QUEUED_PER_CLIENT: '' },
    output: 'files',
    logger,
  } as const;
}

/** `npm run demo`: every engine once through the whole middleware, which is started for it, on ports and in a folder of its own. */
async function main(): Promise<void> {
  const { starting: signal } = stopOnSignals(logger);
  const config = loadConfig(process.env);
  const keep = path.join(config.dataDir, 'demo');
  await mkdir(keep, { recursive: true });
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'gpu-middleware-demo-')));
  try {
    const assetRoot = path.join(folder, 'assets');
    await mkdir(assetRoot);
    logger.info('Demo: painting pictures, a video clip and music');
    await makeDemoAssets(assetRoot);
    const stack = await startStack({ ...(await stackOptions(config, folder, assetRoot, keep)), signal });
    try {
      logger.info(`Demo: the middleware is running at ${stack.apiUrl}`);
      const stage = { apiUrl: stack.apiUrl, assetRoot, keep, logger, signal };
      await makePictures(stage);
      await makeFilm(stage, await makeSpeech(stage));
    } finally {
      await stack.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

try {
  await main();
  process.exit(0);
} catch (error) {
  logger.error(messageOf(error));
  process.exit(1);
}
