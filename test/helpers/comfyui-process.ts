import path from 'node:path';
import type { Faults } from '../../src/simulators/comfyui/faults.ts';
import type { ComfyuiSimulatorOptions } from '../../src/simulators/comfyui/options.ts';
import type { Stats } from '../../src/simulators/comfyui/stats.ts';
import { startSimulatorProcess, type SimulatorProcess } from './simulator-process.ts';

export type ComfyuiProcess = SimulatorProcess<Faults, Stats>;

/** @param folder holds its files and its journal. */
export const startComfyuiProcess = (
  folder: string,
  options: ComfyuiSimulatorOptions = {},
  faults?: Partial<Faults>,
): Promise<ComfyuiProcess> =>
  startSimulatorProcess('comfyui', {
    options: { folder, journal: path.join(folder, 'journal.jsonl'), ...options },
    faults,
  });
