import type { Config } from '../config.ts';
import { createCosyvoiceDriver, type CosyvoiceDriver } from '../drivers/cosyvoice/driver.ts';
import type { Logger } from '../logging.ts';

/** The CosyVoice of the configuration: the GPU worker has it speak, the monitor asks how it is. */
export const createCosyvoice = (config: Config, logger: Logger): CosyvoiceDriver =>
  createCosyvoiceDriver({
    url: config.engines.cosyvoice.address,
    headers: config.engines.cosyvoice.headers,
    dialect: config.cosyvoice.dialect,
    sampleRate: config.cosyvoice.sampleRate,
    timings: { sentence: config.cosyvoice.sentenceSeconds * 1000 },
    assetRoot: config.assets.root,
    logger,
  });
