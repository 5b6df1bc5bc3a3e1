import { rmSync } from 'node:fs';
import { readArguments } from '../arguments.ts';
import { serveProcess } from '../serve-process.ts';
import type { Faults } from './faults.ts';
import type { ComfyuiSimulatorOptions } from './options.ts';
import { createComfyuiSimulator } from './simulator.ts';

/** The stand-in as a process of its own, for `npm start -- --simulate` and for tests that kill it. */
const { options, faults } = readArguments<ComfyuiSimulatorOptions, Faults>(process.argv.slice(2));
const simulator = await createComfyuiSimulator(options);
simulator.setFaults(faults);
// Nobody else knows of a folder without a name.
if (options.folder === undefined)
  process.once('exit', () => rmSync(simulator.folder, { recursive: true, force: true }));
serveProcess('ComfyUI', simulator);
