import path from 'node:path';
import { loadConfig } from '../../config.ts';
import { redisUrl } from '../../redis/address.ts';
import type { ChildSpec } from './child.ts';
import { BEHIND_THE_API } from './behind-the-api.ts';
import { LARGE_BLOCKS_ARE_GIVEN_BACK } from './large-blocks.ts';
import { projectRoot } from '../../host/project.ts';
import type { StackOptions } from './stack-options.ts';

/** The settings of the API and the worker of one stack. */
export interface MiddlewareSettings extends Pick<
  StackOptions,
  'dataDir' | 'cacheDir' | 'assetRoot' | 'logDir' | 'namespace' | 'http' | 'redis' | 'env' | 'output'
> {
  temporal: { address: string; uiUrl: string | undefined };
  chromiumExecutable: string;
}

const environmentOf = (settings: MiddlewareSettings): NodeJS.ProcessEnv => ({
  ...process.env,
  REDIS_URL: redisUrl(settings.redis),
  REDIS_HOST: settings.redis.host,
  REDIS_PORT: String(settings.redis.port),
  REDIS_PASSWORD: settings.redis.password ?? '',
  TEMPORAL_ADDRESS: settings.temporal.address,
  TEMPORAL_NAMESPACE: settings.namespace,
  ...(settings.temporal.uiUrl === undefined ? {} : { TEMPORAL_UI_URL: settings.temporal.uiUrl }),
  HOST: settings.http.host,
  PORT: String(settings.http.port),
  ASSET_PATH: settings.assetRoot,
  DATA_DIR: settings.dataDir,
  CACHE_DIR: settings.cacheDir,
  LOG_DIR: settings.logDir,
  CHROMIUM_EXECUTABLE: settings.chromiumExecutable,
  ...settings.env,
});

/**
 * A process of the middleware. It writes its log file itself; its output goes to the terminal or to a file next to the
 * data.
 */
const middlewareChild = (
  settings: MiddlewareSettings,
  options: { name: string; script: string; readyLimitMs: number; graceMs: number },
): ChildSpec => ({
  name: options.name,
  command: process.execPath,
  args: ['--enable-source-maps', path.join(projectRoot(), 'dist', 'src', options.script)],
  env: environmentOf(settings),
  cwd: projectRoot(),
  ready: 'message',
  readyLimitMs: options.readyLimitMs,
  graceMs: options.graceMs,
  output:
    settings.output === 'terminal'
      ? 'terminal'
      : { file: path.join(settings.dataDir, `${options.name.toLowerCase()}.out`) },
});

export const serverChild = (settings: MiddlewareSettings): ChildSpec => {
  const child = middlewareChild(settings, { name: 'API', script: 'server.js', readyLimitMs: 30_000, graceMs: 10_000 });
  return { ...child, env: { ...LARGE_BLOCKS_ARE_GIVEN_BACK, ...child.env } };
};

/** The time that a worker may take in addition to its own limit, to release the card and its lease. */
const PARTING_MS = 10_000;

/** Its first start bundles the composition, and its stop hands back the running task. */
export const workerChild = (settings: MiddlewareSettings): ChildSpec => ({
  ...middlewareChild(settings, {
    name: 'Worker',
    script: 'worker.js',
    readyLimitMs: 120_000,
    graceMs: loadConfig(environmentOf(settings)).shutdownGraceMs + PARTING_MS,
  }),
  nice: BEHIND_THE_API,
});
