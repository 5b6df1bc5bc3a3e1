import { afterAll, beforeAll, vi } from 'vitest';
import type { CosyvoiceSimulatorOptions, Model } from '../../../src/simulators/cosyvoice/options.ts';
import { createCosyvoiceSimulator, type CosyvoiceSimulator } from '../../../src/simulators/cosyvoice/simulator.ts';

// A busy machine and a server with a real model take their time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** A server that the statements are about: a real one when an address is given, else stand-ins of ours. */
export interface Target {
  name: string;
  model: Model;
  url: string | undefined;
  standIn?: CosyvoiceSimulatorOptions;
}

const url = process.env['COSYVOICE_CONFORMANCE_URL']?.replace(/(?<!\/)\/+$/, '');
const model = (process.env['COSYVOICE_CONFORMANCE_MODEL'] ?? 'v2') as Model;

const standIn = (name: string, options: CosyvoiceSimulatorOptions & { model: Model }): Target => ({
  name: `a stand-in for ${name}`,
  model: options.model,
  url: undefined,
  standIn: options,
});

export const targets: Target[] =
  url === undefined
    ? [
        standIn('v1 of 2024', { model: 'v1', release: '2024-07', fastapi: '0.115' }),
        standIn('v2 of early 2025', { model: 'v2', release: '2025-01', fastapi: '0.115' }),
        standIn('v3 of 2026', { model: 'v3', release: '2025-12' }),
      ]
    : [{ name: `the server at ${url}`, model, url }];

/** Call it once in a `describe`; gives the address once the tests run. */
export function addressOf(target: Target): () => string {
  let simulator: CosyvoiceSimulator | undefined;
  beforeAll(async () => {
    if (target.standIn !== undefined)
      simulator = await createCosyvoiceSimulator({ segmentMs: 60, voice: 'babble', ...target.standIn });
  });
  afterAll(() => simulator?.close());
  return () => target.url ?? simulator?.url ?? '';
}
