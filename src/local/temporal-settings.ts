import { SEARCH_ATTRIBUTES } from '../contracts/names.ts';

/** The CLI version that `tools/temporal` builds and the download asks for, and the server inside it: what this project was tested with. */
export const TEMPORAL_CLI_VERSION = '1.8.2';
export const TESTED_SERVER_VERSION = '1.31.2';
/** The first server that keeps priorities without being told to. */
export const OLDEST_SERVER_VERSION = '1.31';

/**
 * One level for each priority 0–100 and one partition: the exact order, kept by the server itself. A task whose priority is changed
 * takes its new place after the time shift, a second by default; meanwhile it has none.
 */
export const DYNAMIC_CONFIG = {
  'matching.priorityLevels': 101,
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  'history.timerProcessorMaxTimeShift': '"50ms"',
} as const;

/** Full sync: a power cut loses nothing that was accepted. It costs a third of the start rate, which one GPU never needs. */
export const SQLITE_PRAGMAS = { journal_mode: 'wal', synchronous: 2 } as const;

/** The options of `temporal server start-dev` that do not depend on the machine. docker-compose.yml has the same. */
export const SERVER_OPTIONS: readonly string[] = [
  ...Object.entries(SQLITE_PRAGMAS).flatMap(([name, value]) => ['--sqlite-pragma', `${name}=${value}`]),
  ...Object.entries(DYNAMIC_CONFIG).flatMap(([name, value]) => ['--dynamic-config-value', `${name}=${value}`]),
  ...Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
  '--ui-disable-news-fetch',
];
