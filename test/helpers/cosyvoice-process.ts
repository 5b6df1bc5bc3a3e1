import path from 'node:path';
import type { Faults } from '../../src/simulators/cosyvoice/faults.ts';
import type { CosyvoiceSimulatorOptions } from '../../src/simulators/cosyvoice/options.ts';
import type { Stats } from '../../src/simulators/cosyvoice/stats.ts';
import { startSimulatorProcess, type SimulatorProcess } from './simulator-process.ts';

export type CosyvoiceProcess = SimulatorProcess<Faults, Stats>;

/** @param folder holds its journal. */
export const startCosyvoiceProcess = (
  folder: string,
  options: CosyvoiceSimulatorOptions = {},
  faults?: Partial<Faults>,
): Promise<CosyvoiceProcess> =>
  startSimulatorProcess('cosyvoice', {
    options: { journal: path.join(folder, 'cosyvoice.jsonl'), ...options },
    faults,
  });
