import { readArguments } from '../arguments.ts';
import { serveProcess } from '../serve-process.ts';
import type { Faults } from './faults.ts';
import type { CosyvoiceSimulatorOptions } from './options.ts';
import { createCosyvoiceSimulator } from './simulator.ts';

/** The stand-in as a process of its own, for `npm start -- --simulate` and for tests that kill it. */
const { options, faults } = readArguments<CosyvoiceSimulatorOptions, Faults>(process.argv.slice(2));
const simulator = await createCosyvoiceSimulator(options);
simulator.setFaults(faults);
serveProcess('CosyVoice', simulator);
