import { speakScript } from '../../activities/speak-script.ts';
import { createCosyvoiceDriver, type CosyvoiceDriver } from '../drivers/cosyvoice/driver.ts';
import { cosyvoicePlaces } from '../prepare/cosyvoice-places.ts';
import { createPrepareCosyvoice } from '../prepare/prepare-cosyvoice.ts';
import { createStartStopTenant } from './start-stop-tenant.ts';
import type { EngineDeps, ServerTaskEngine } from './engine.ts';

const createDriver = ({ config, logger }: EngineDeps): CosyvoiceDriver =>
  createCosyvoiceDriver({
    url: config.engines.cosyvoice.address,
    headers: config.engines.cosyvoice.headers,
    dialect: config.cosyvoice.dialect,
    sampleRate: config.cosyvoice.sampleRate,
    timings: { sentence: config.cosyvoice.sentenceSeconds * 1000 },
    assetRoot: config.assets.root,
    logger,
  });

export function createCosyvoiceEngine(deps: EngineDeps, driver = createDriver(deps)): ServerTaskEngine<'cosyvoice'> {
  const { config, logger } = deps;
  const { stopCommand, startCommand } = config.cosyvoice;
  return {
    prepare: createPrepareCosyvoice,
    filePlaces: () => cosyvoicePlaces,
    work: ({ taskId, input, makeRoom }, attempt) =>
      speakScript({ assets: config.assets, cosyvoice: driver, makeRoom }, taskId, input, attempt),
    async check() {
      const health = await driver.check();
      if (!health.up) return health;
      const how = health.forced ? 'by COSYVOICE_DIALECT' : 'detected; COSYVOICE_DIALECT sets another';
      return { up: true, detail: `dialect ${health.dialect} at ${config.engines.cosyvoice.url} (${how})` };
    },
    tenant: createStartStopTenant({
      isUp: async () => (await driver.check()).up,
      stop: { name: 'COSYVOICE_STOP_COMMAND', command: stopCommand },
      start: { name: 'COSYVOICE_START_COMMAND', command: startCommand },
      logger,
    }),
  };
}
