import { EventEmitter, once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Core } from './core.ts';
import { noFaults } from './faults.ts';
import type { Controls } from './http/control.ts';
import { settingsOf, type CosyvoiceSimulatorOptions } from './options.ts';
import { listen, type Listener } from './server.ts';
import { createCounters } from './stats.ts';
import { createRecordingAnalyser } from './voice/analyse-recording.ts';
import { createSpeaker } from './voice/speaker.ts';

/** A running stand-in for CosyVoice's FastAPI server. */
export interface CosyvoiceSimulator extends Controls {
  url: string;
  port: number;
  /** Its synthesiser: real words, or babble where eSpeak NG is not installed. */
  speaks: 'espeak' | 'babble';
  /** Sample rate of its answers in Hz. */
  sampleRate: number;
  close(): Promise<void>;
}

/** Starts a stand-in that speaks, answers as the real server does, and can be made to fail as it does. */
export async function createCosyvoiceSimulator(options: CosyvoiceSimulatorOptions = {}): Promise<CosyvoiceSimulator> {
  const settings = settingsOf(options);
  const speaker = await createSpeaker(settings.voice);
  const faults = noFaults();
  const counters = createCounters(options.journal);
  const releases = new EventEmitter().setMaxListeners(0);
  const connections = new Set<Socket>();
  let life = new AbortController();
  let releasedAt = -1;
  let listener: Listener | undefined;
  let { port } = settings;

  const newCore = (): Core => ({
    settings,
    faults,
    counters,
    speaker,
    signal: life.signal,
    released: async (since) => {
      if (releasedAt < since) await once(releases, 'release', { signal: life.signal });
    },
    analyse: createRecordingAnalyser(),
    die: () => void simulator.crash(),
  });
  const open = async (): Promise<void> => {
    listener = await listen(settings.host, port, { core: () => core, controls: simulator, connections });
    ({ port } = listener);
  };
  const start = async (): Promise<void> => {
    counters.started();
    await open();
    if (settings.loadMs > 0) void simulator.refuse(settings.loadMs);
  };

  const simulator: CosyvoiceSimulator = {
    get url() {
      return `http://${settings.host}:${port}`;
    },
    get port() {
      return port;
    },
    speaks: speaker.name,
    sampleRate: settings.sampleRate,
    faults,
    setFaults: (change) => Object.assign(faults, change),
    clearFaults: () => Object.assign(faults, noFaults()),
    stats: () => counters.read(),
    release: () => {
      releasedAt = Date.now();
      releases.emit('release');
    },
    refuse: async (ms) => {
      const { signal } = life;
      listener?.pause();
      await sleep(ms, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await open();
    },
    crash: async () => {
      life.abort();
      counters.lose();
      const closing = listener;
      listener = undefined;
      await closing?.stop();
    },
    restart: async () => {
      await simulator.crash();
      life = new AbortController();
      core = newCore();
      await start();
    },
    close: () => simulator.crash(),
  };
  let core = newCore();
  await start();
  return simulator;
}
