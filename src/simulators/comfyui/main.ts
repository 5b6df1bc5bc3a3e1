import { rmSync } from 'node:fs';
import { readArguments } from './arguments.ts';
import { createComfyuiSimulator } from './simulator.ts';

/**
 * The stand-in as a process of its own, for `npm start -- --simulate` and for tests that kill it. It stops when its
 * parent is gone.
 */
const { options, faults } = readArguments(process.argv.slice(2));
const simulator = await createComfyuiSimulator(options);
simulator.crash = () => {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
};
simulator.setFaults(faults);

// Nobody but us knows of a folder that nobody named.
if (options.folder === undefined)
  process.once('exit', () => rmSync(simulator.folder, { recursive: true, force: true }));

const stop = (): void => process.exit(0);
process.once('disconnect', stop);
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
if (process.send === undefined) process.stdout.write(`ComfyUI stand-in at ${simulator.url}\n`);
else process.send({ type: 'ready', url: simulator.url, port: simulator.port });
