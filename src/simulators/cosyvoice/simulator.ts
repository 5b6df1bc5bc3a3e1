import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { commonActions, control, isControl, type Actions, type Controls } from '../control.ts';
import { createListener } from '../listener.ts';
import type { Core } from './core.ts';
import { noFaults, type Faults } from './faults.ts';
import { dispatch } from './http/dispatch.ts';
import { settingsOf, type CosyvoiceSimulatorOptions } from './options.ts';
import { createCounters, type Stats } from './stats.ts';
import { createRecordingAnalyser } from './voice/analyse-recording.ts';
import { createSpeaker } from './voice/speaker.ts';

/** Uvicorn closes connections that were idle for so long. */
const KEEP_ALIVE_MS = 5000;

/** A running stand-in for CosyVoice's FastAPI server. */
export interface CosyvoiceSimulator extends Controls<Faults, Stats> {
  url: string;
  port: number;
  /** Its synthesiser: real words, or babble where eSpeak NG is not installed. */
  speaks: 'espeak' | 'babble';
  /** Sample rate of its answers in Hz. */
  sampleRate: number;
  /** Lets hanging generations go: they end as failures of the model. */
  release(): void;
  close(): Promise<void>;
}

/** Starts a stand-in that speaks, answers as the real server does, and can be made to fail as it does. */
export async function createCosyvoiceSimulator(options: CosyvoiceSimulatorOptions = {}): Promise<CosyvoiceSimulator> {
  const settings = settingsOf(options);
  const speaker = await createSpeaker(settings.voice);
  const faults = noFaults();
  const counters = createCounters(options.journal);
  const releases = new EventEmitter().setMaxListeners(0);
  let life = new AbortController();
  let releasedAt = -1;

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
  const listener = createListener({
    ...settings,
    createServer: () =>
      createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
        void (isControl(request) ? control(actions, request, response) : dispatch(core, request, response));
      }),
  });
  const start = async (): Promise<void> => {
    counters.started();
    await listener.open();
    if (settings.loadMs > 0) void simulator.refuse(settings.loadMs);
  };

  const simulator: CosyvoiceSimulator = {
    get url() {
      return listener.url;
    },
    get port() {
      return listener.port;
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
      listener.pause();
      await sleep(ms, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await listener.open();
    },
    crash: async () => {
      life.abort();
      counters.lose();
      await listener.close();
    },
    restart: async () => {
      await simulator.crash();
      life = new AbortController();
      core = newCore();
      await start();
    },
    close: () => simulator.crash(),
  };
  const actions: Actions = { ...commonActions(simulator), 'POST release': () => simulator.release() };
  let core = newCore();
  await start();
  return simulator;
}
