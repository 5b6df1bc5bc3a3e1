import path from 'node:path';
import type { Faults } from '../../src/simulators/comfyui/faults.ts';
import type { Stats } from '../../src/simulators/comfyui/stats.ts';
import { startSimulatorProcess, type SimulatorProcess } from './simulator-process.ts';

export type ComfyuiProcess = SimulatorProcess<Faults, Stats>;

/** @param options.folder holds its files and its journal. */
export const startComfyuiProcess = ({
  folder,
  args = [],
}: {
  folder: string;
  args?: readonly string[];
}): Promise<ComfyuiProcess> =>
  startSimulatorProcess('comfyui', {
    journal: path.join(folder, 'journal.jsonl'),
    args: ['--folder', folder, ...args],
  });
