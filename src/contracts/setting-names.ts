import { ENGINES } from './engines.ts';
import type { ServerEngine, TaskType } from './names.ts';

/** The names of the settings that every task type has. */
export const taskSettings = (type: TaskType) => ({
  runSeconds: `RUN_SECONDS_${ENGINES[type].setting}`,
  queueSeconds: `QUEUE_SECONDS_${ENGINES[type].setting}`,
});

/** The names of the settings of every engine that is a server. */
export const serverSettings = (engine: ServerEngine) => ({
  url: `${ENGINES[engine].setting}_URL`,
  headers: `${ENGINES[engine].setting}_HEADERS`,
  neededMb: `VRAM_MB_${ENGINES[engine].setting}`,
});
