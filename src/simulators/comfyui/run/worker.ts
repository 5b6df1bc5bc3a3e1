import { setImmediate as tick, setTimeout as sleep } from 'node:timers/promises';
import type { Core } from '../core.ts';
import { clientOf, type Prompt } from '../queue/prompt.ts';
import { execute, type Execution } from './execution.ts';
import { Vanished, WorkerDeath } from './failure.ts';

const FROZEN_LOOK_MS = 10;

function freeWhatWasAsked({ flags, cache, vram }: Core): void {
  if (flags.unloadModels || flags.freeMemory) vram.release();
  if (flags.freeMemory) cache.clear();
  flags.unloadModels = false;
  flags.freeMemory = false;
}

async function runOne(core: Core, prompt: Prompt): Promise<void> {
  const { counters, faults, flags, history, queue, sockets } = core;
  counters.started(prompt.index);
  // The prompt can be found and cancelled already, but the flag is cleared only now: such a cancel is lost.
  await tick();
  flags.interrupted = false;
  let execution: Execution;
  try {
    execution = await execute(core, prompt);
  } catch (error) {
    if (!(error instanceof Vanished)) throw error;
    flags.vanish = false;
    flags.node = undefined;
    if (core.signal.aborted) return;
    counters.ended(prompt.index, 'lost');
    queue.done();
    return;
  }
  await sleep(faults.historyDelayMs);
  if (core.signal.aborted) return;
  history.add(prompt.id, execution.entry);
  counters.ended(prompt.index, execution.outcome, execution.cached);
  queue.done();
  const client = clientOf(prompt);
  if (client !== undefined) sockets.send('executing', { node: null, prompt_id: prompt.id }, client);
}

/**
 * The one thread that executes prompts, one at a time, until the process ends or it dies: then HTTP goes on without it.
 */
export async function work(core: Core): Promise<void> {
  const { faults, queue, signal } = core;
  while (!signal.aborted) {
    freeWhatWasAsked(core);
    let prompt: Prompt | undefined;
    if (!faults.frozen) {
      try {
        prompt = queue.take();
      } catch {
        // It cannot be compared with a waiting prompt.
        return;
      }
    }
    if (prompt !== undefined) {
      try {
        await runOne(core, prompt);
      } catch (error) {
        if (error instanceof WorkerDeath) return;
        throw error;
      }
    } else if (faults.frozen) await sleep(FROZEN_LOOK_MS);
    else await queue.stirred();
  }
}
