import path from 'node:path';
import type { Faults } from '../../src/simulators/cosyvoice/faults.ts';
import type { Stats } from '../../src/simulators/cosyvoice/stats.ts';
import { startSimulatorProcess, type SimulatorProcess } from './simulator-process.ts';

export type CosyvoiceProcess = SimulatorProcess<Faults, Stats>;

/** @param options.folder holds its journal. */
export const startCosyvoiceProcess = ({
  folder,
  args = [],
}: {
  folder: string;
  args?: readonly string[];
}): Promise<CosyvoiceProcess> =>
  startSimulatorProcess('cosyvoice', { journal: path.join(folder, 'cosyvoice.jsonl'), args });
