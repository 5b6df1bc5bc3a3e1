import type { Faults } from './faults.ts';
import type { Settings } from './options.ts';
import type { Counters } from './stats.ts';
import type { RecordingFacts } from './voice/analyse-recording.ts';
import type { Speaker } from './voice/utterance.ts';

/** All that one process has in memory; a crash replaces it. */
export interface Core {
  settings: Settings;
  faults: Faults;
  counters: Counters;
  speaker: Speaker;
  /** Aborted when the process ends. */
  signal: AbortSignal;
  /** Resolves when generations that hang since then are let go; rejects when the process ends. */
  released: (since: number) => Promise<void>;
  analyse: (file: Buffer) => Promise<RecordingFacts>;
  die: () => void;
}
