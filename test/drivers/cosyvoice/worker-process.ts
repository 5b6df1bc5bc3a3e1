import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Speech, SpeechJob } from '../../../src/drivers/cosyvoice/driver.ts';

const PROGRAM = fileURLToPath(new URL('../../fixtures/programs/cosyvoice-worker.mjs', import.meta.url));

export type Outcome = { type: 'done'; speech: Speech } | { type: 'failed'; code: string } | { type: 'killed' };

/** One attempt in a process of its own, killed `killAfter` milliseconds after it began unless it is over by then. */
export async function attemptInProcess(
  driverModule: string,
  options: object,
  job: SpeechJob,
  killAfter?: number,
): Promise<Outcome> {
  const child = fork(PROGRAM, [JSON.stringify({ driverModule, options, job })], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let outcome: Outcome = { type: 'killed' };
  child.on('message', (message: { type: string }) => {
    if (message.type !== 'ready') outcome = message as Outcome;
    else if (killAfter !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfter);
  });
  await once(child, 'exit');
  return outcome;
}
