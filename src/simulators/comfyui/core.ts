import type { Faults } from './faults.ts';
import type { Folders } from './folders.ts';
import type { ModelFiles } from './model-files.ts';
import type { Settings } from './options.ts';
import type { History } from './queue/history.ts';
import type { PromptQueue } from './queue/prompt-queue.ts';
import type { Cache } from './run/cache.ts';
import type { Sockets } from './sockets/sockets.ts';
import type { Counters } from './stats.ts';
import type { Behaviour } from './versions.ts';
import type { Vram } from './vram.ts';

/** Flags that requests set and the worker looks at. */
export const newFlags = () => ({
  interrupted: false,
  unloadModels: false,
  freeMemory: false,
  /** The running prompt is to go without a trace. */
  vanish: false,
  /** The node that runs. */
  node: undefined as string | undefined,
  /** Number of the next prompt without one of its own. */
  counter: 0,
});
export type Flags = ReturnType<typeof newFlags>;

/** All that one process has in memory; a crash replaces it. */
export interface Core {
  settings: Settings;
  behaviour: Behaviour;
  faults: Faults;
  counters: Counters;
  folders: Folders;
  models: ModelFiles;
  vram: Vram;
  queue: PromptQueue;
  history: History;
  cache: Cache;
  sockets: Sockets;
  flags: Flags;
  /** Aborted when the process ends. */
  signal: AbortSignal;
}
