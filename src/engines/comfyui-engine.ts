import { generateMedia } from '../../activities/generate-media.ts';
import type { Config } from '../config.ts';
import { createComfyuiDriver, type ComfyuiDriver, type ComfyuiHealth } from '../drivers/comfyui/driver.ts';
import { messageOf } from '../errors.ts';
import type { Tenant } from '../gpu/make-room.ts';
import type { Logger } from '../logging.ts';
import { createComfyuiPlaces } from '../prepare/comfyui-places.ts';
import { createPrepareComfyui } from '../prepare/prepare-comfyui.ts';
import { shareMissing } from '../prepare/share-missing.ts';
import type { EngineDeps, ServerTaskEngine } from './engine.ts';

const GIGABYTE = 1024 ** 3;

const createDriver = ({ config, logger }: EngineDeps): ComfyuiDriver =>
  createComfyuiDriver({
    url: config.engines.comfyui.address,
    headers: config.engines.comfyui.headers,
    assetRoot: config.assets.root,
    restartCommand: config.comfyui.restartCommand,
    previewMethod: config.comfyui.previewMethod,
    timings: { silence: config.comfyui.silenceSeconds * 1000 },
    logger,
  });

function describe({ version, devices }: ComfyuiHealth & { up: true }, { engines }: Config): string {
  const cards = devices.map(
    ({ name, vramTotal, vramFree }) =>
      `${name}, ${(vramFree / GIGABYTE).toFixed(1)} of ${(vramTotal / GIGABYTE).toFixed(1)} GB free`,
  );
  return `${version} at ${engines.comfyui.url} (${cards.join('; ') || 'no device'})`;
}

const createTenant = (driver: ComfyuiDriver, logger: Logger): Tenant => ({
  held: (signal) => driver.heldMemory(signal),
  async leave(signal) {
    try {
      await driver.freeMemory({ signal });
      return true;
    } catch (error) {
      signal.throwIfAborted();
      logger.warn(`ComfyUI did not free memory: ${messageOf(error)}`);
      return false;
    }
  },
  enter: () => Promise.resolve(),
});

export function createComfyuiEngine(deps: EngineDeps, driver = createDriver(deps)): ServerTaskEngine<'comfyui'> {
  const { config, logger } = deps;
  const missing = shareMissing((input) => driver.missing(input));
  return {
    prepare: (given) => createPrepareComfyui({ ...given, missing }),
    filePlaces: createComfyuiPlaces,
    work: ({ taskId, input, makeRoom }, attempt) =>
      generateMedia({ assets: config.assets, comfyui: driver, makeRoom }, taskId, input, attempt),
    sweepStrays: (control) => driver.sweepStrays(null, control),
    async check() {
      const health = await driver.check();
      return health.up ? { up: true, detail: describe(health, config) } : health;
    },
    tenant: createTenant(driver, logger),
  };
}
