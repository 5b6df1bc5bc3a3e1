import { SEARCH_ATTRIBUTES } from '../../contracts/names.ts';

/**
 * The CLI version that `tools/temporal` builds and the download asks for, and the server inside it: what this project
 * was tested with.
 */
export const TEMPORAL_CLI_VERSION = '1.8.2';
/**
 * SHA-256 of the maker's archives of that version, as its `checksums.txt` has them, by system and processor. Change
 * them together.
 */
export const TEMPORAL_CLI_SHA256: Readonly<Record<string, string>> = {
  'linux amd64': 'd8421bda989e6514b4bdb4d63a9012a8a05a806892e881a5aad8510496349a94',
  'linux arm64': '83600a8fac6e3da54093e5da6918d399f501532b9f1172235603f9606f4ac6e4',
  'darwin amd64': '489d7f5420cae02b559774ac23df035141954c33a51dba96f5759a0ddccdf1b6',
  'darwin arm64': 'dacdc3587682c04cf27e67c8878ca2d755230b6ad63c0c6ebddd7348ae90ed94',
};
export const TESTED_SERVER_VERSION = '1.31.2';
/** The first server that respects priorities by default. */
export const OLDEST_SERVER_VERSION = '1.31';

/**
 * One level for each priority 0–100 and one partition: the exact order, kept by the server itself. A task whose
 * priority is changed takes its new place after the time shift, a second by default; meanwhile it has none. Lists of
 * tasks may be read more often than 100 times a second, so that a client that lists them cannot stop the reconciler.
 */
export const DYNAMIC_CONFIG = {
  'matching.priorityLevels': 101,
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  'history.timerProcessorMaxTimeShift': '"50ms"',
  'frontend.namespaceRPS.visibility': 2000,
} as const;

/**
 * Full sync: a power cut loses nothing that was accepted. It costs a third of the start rate, which one GPU never
 * needs.
 */
export const SQLITE_PRAGMAS = { journal_mode: 'wal', synchronous: 2 } as const;

/** The options of `temporal server start-dev` that do not depend on the machine. docker-compose.yml has the same. */
export const SERVER_OPTIONS: readonly string[] = [
  ...Object.entries(SQLITE_PRAGMAS).flatMap(([name, value]) => ['--sqlite-pragma', `${name}=${value}`]),
  ...Object.entries(DYNAMIC_CONFIG).flatMap(([name, value]) => ['--dynamic-config-value', `${name}=${value}`]),
  ...Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
  '--ui-disable-news-fetch',
];
