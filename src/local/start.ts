import { parseArgs } from 'node:util';
import { refuseExposure } from '../api/exposure.ts';
import { loadConfig, type Config } from '../config.ts';
import { chooseAssetFolder } from './asset-folder.ts';
import { askEngines, isLocal } from './stack/engines.ts';
import type { Simulated } from './stack/simulated-engines.ts';
import { startStack, type Stack } from './stack/stack.ts';
import type { StackOptions } from './stack/stack-options.ts';
import { createLineLogger } from '../logging.ts';
import { enginesHealth } from '../status/health.ts';
import { createEngines } from '../engines/engines.ts';
import { createTerminal, runMain } from './terminal.ts';
import { stopOnSignals } from './stop-on-signals.ts';

const logger = createTerminal();
const silent = createLineLogger('start', () => undefined);

async function optionsOf(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<StackOptions> {
  const config = loadConfig(env);
  refuseExposure(config);
  const { dataDir, cacheDir, http, redis } = config;
  const isSet = (name: string): boolean => (env[name] ?? '').trim() !== '';
  const assetRoot = await chooseAssetFolder({
    root: config.assets.root,
    explicit: isSet('ASSET_PATH'),
    dataDir,
    logger,
  });
  return {
    dataDir,
    cacheDir,
    assetRoot,
    logDir: config.log.dir,
    namespace: config.temporal.namespace,
    http,
    redis,
    temporal: isSet('TEMPORAL_ADDRESS') ? config.temporal : config.ownTemporal,
    chromiumExecutable: config.render.chromiumExecutable,
    simulate: await enginesToSimulate(config),
    env: {},
    output: 'terminal',
    logger,
    signal,
  };
}

/** With `--simulate`, the engines that do not answer where they should be on this machine. */
async function enginesToSimulate(config: Config): Promise<Simulated> {
  const { values } = parseArgs({ options: { simulate: { type: 'boolean', default: false } } });
  if (!values.simulate) return {};
  const away = (await askEngines(config.engines)).filter(({ answers, url }) => !answers && isLocal(url));
  return Object.fromEntries(away.map(({ engine, url }) => [engine, { port: Number(new URL(url).port) }]));
}

async function greet(stack: Stack, options: StackOptions): Promise<void> {
  const config = loadConfig(process.env);
  const health = await enginesHealth(createEngines({ config, logger: silent }), config);
  for (const { ok, detail } of Object.values(health))
    if (!ok) logger.warn(`⚠️ ${detail} Its tasks cannot run until then`);
  logger.info(
    [
      '',
      'The middleware is running.',
      `  API      ${stack.apiUrl}`,
      `  Web UI   ${stack.uiUrl ?? `that of the Temporal server at ${stack.temporalAddress}`}`,
      `  Health   ${stack.apiUrl}/health`,
      `Data in ${options.dataDir}, assets in ${options.assetRoot}, server.log and worker.log in ${options.logDir}.`,
      'Ctrl-C stops everything.',
      '',
    ].join('\n'),
  );
}

/** `npm start [-- --simulate]`: runs everything on this machine until a signal stops it. */
async function main(): Promise<void> {
  const stops = stopOnSignals(logger);
  const options = await optionsOf(process.env, stops.starting);
  const stack = await startStack(options);
  stops.onSecond(() => stack.kill());
  await greet(stack, options);
  await stops.requested;
  await stack.stop();
  logger.info('Stopped.');
}

await runMain(main, logger);
