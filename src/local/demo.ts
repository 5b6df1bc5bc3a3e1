import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig, type Config } from '../config.ts';
import { readExamples } from '../api/read-examples.ts';
import { keepResults } from './demo/keep.ts';
import { runPipeline } from './demo/pipeline.ts';
import { examplesFolder } from '../host/examples-folder.ts';
import { freePort } from './stack/ports.ts';
import { startStack } from './stack/stack.ts';
import { stopOnSignals } from './stop-on-signals.ts';
import { createTerminal, runMain } from './terminal.ts';

const logger = createTerminal();
const LOOPBACK = '127.0.0.1';
const EXAMPLE = 'short-film';

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
    // The demo must not wait for the card of a middleware that runs on this machine, or need its keys.
    env: {
      GPU_ID: `demo:${process.pid}`,
      ASSET_ALIASES: '',
      API_KEYS: '',
      API_KEYS_FILE: '',
      MAX_QUEUED_PER_CLIENT: '',
    },
    output: 'files',
    logger,
  } as const;
}

async function shortFilm(): Promise<object> {
  const example = (await readExamples(examplesFolder())).find(({ name }) => name === EXAMPLE);
  if (example === undefined) throw new Error(`${examplesFolder()} has no ${EXAMPLE}.json; restore it from the project`);
  return example.body;
}

/**
 * `npm run demo`: starts the whole middleware on ports and in a folder of its own, and makes the short film of the
 * examples.
 */
async function main(): Promise<void> {
  const { starting: signal } = stopOnSignals(logger);
  const config = loadConfig(process.env);
  const keep = path.join(config.dataDir, 'demo');
  await mkdir(keep, { recursive: true });
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'gpu-middleware-demo-')));
  try {
    const assetRoot = path.join(folder, 'assets');
    await mkdir(assetRoot);
    const stack = await startStack({ ...(await stackOptions(config, folder, assetRoot, keep)), signal });
    try {
      logger.info(`Demo: the middleware is running at ${stack.apiUrl}`);
      const { apiUrl } = stack;
      const say = (line: string): void => logger.info(`Demo: ${line}`);
      const status = await runPipeline({ apiUrl, body: await shortFilm(), say, signal });
      await keepResults(status, assetRoot, keep, (text) => logger.info(text));
    } finally {
      await stack.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await runMain(main, logger);
