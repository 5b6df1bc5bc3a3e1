import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { newFlags, type Core } from './core.ts';
import { noFaults } from './faults.ts';
import { createFolders } from './folders.ts';
import type { Controls } from './http/control.ts';
import { featuresOf } from './http/info.ts';
import { removeWaiting } from './http/queue.ts';
import { createModelFiles } from './model-files.ts';
import { settingsOf, type ComfyuiSimulatorOptions } from './options.ts';
import { createHistory } from './queue/history.ts';
import { clientOf } from './queue/prompt.ts';
import { createPromptQueue } from './queue/prompt-queue.ts';
import { createCache } from './run/cache.ts';
import { work } from './run/worker.ts';
import { listen, type Listener } from './server.ts';
import { createSockets } from './sockets/sockets.ts';
import { createCounters } from './stats.ts';
import { behaviourOf } from './versions.ts';
import { createVram } from './vram.ts';

/** A running stand-in for ComfyUI. */
export interface ComfyuiSimulator extends Controls {
  url: string;
  port: number;
  /** Holds `input`, `output` and `temp`. */
  folder: string;
  /** Event sockets that are open. */
  openSockets(): number;
  close(): Promise<void>;
}

type Shared = Pick<Core, 'settings' | 'faults' | 'counters' | 'folders'>;

/** The memory of one process, empty. */
function newCore(shared: Shared, signal: AbortSignal): Core {
  const { settings, faults } = shared;
  const behaviour = behaviourOf(settings.version);
  const flags = newFlags();
  const queue = createPromptQueue(() =>
    sockets.send('status', { status: { exec_info: { queue_remaining: queue.length() } } }),
  );
  const sockets = createSockets({
    faults,
    features: () => featuresOf(core),
    queueRemaining: () => queue.length(),
    runningNodeFor: (clientId) => {
      const running = queue.running();
      return running !== undefined && clientOf(running) === clientId ? flags.node : undefined;
    },
  });
  const core: Core = {
    ...shared,
    behaviour,
    flags,
    queue,
    sockets,
    signal,
    models: createModelFiles(settings.modelFiles, () => faults.missingModels),
    vram: createVram(settings.vramBytes, () => faults.memoryNeverFreed),
    history: createHistory(),
    cache: createCache(),
  };
  return core;
}

/** Starts a stand-in that speaks HTTP and WebSocket as the real server does, and can be made to fail as it does. */
export async function createComfyuiSimulator(options: ComfyuiSimulatorOptions = {}): Promise<ComfyuiSimulator> {
  const folder = options.folder ?? mkdtempSync(path.join(tmpdir(), 'comfyui-simulator-'));
  const settings = settingsOf(options, folder);
  const faults = noFaults();
  const counters = createCounters(options.journal);
  const shared = { settings, faults, counters, folders: createFolders(folder) };
  let life = new AbortController();
  let core = newCore(shared, life.signal);
  let listener: Listener | undefined;
  let { port } = settings;

  const open = async (): Promise<void> => {
    listener = await listen(settings.host, port, { core: () => core, controls: simulator });
    ({ port } = listener);
  };
  const shut = async (): Promise<void> => {
    const closing = listener;
    listener = undefined;
    await closing?.stop();
  };
  const start = async (): Promise<void> => {
    counters.count('starts');
    await open();
    void work(core);
  };
  const forget = (): void => {
    life.abort();
    for (const { index } of [core.queue.running() ?? [], core.queue.pending()].flat()) counters.ended(index, 'lost');
    core.queue.wake();
  };

  const simulator: ComfyuiSimulator = {
    get url() {
      return `http://${settings.host}:${port}`;
    },
    get port() {
      return port;
    },
    folder,
    faults,
    setFaults: (change) => {
      const wasHalfOpen = faults.halfOpen;
      Object.assign(faults, change);
      if (wasHalfOpen !== faults.halfOpen) listener?.pauseSockets(faults.halfOpen);
    },
    clearFaults: () => simulator.setFaults(noFaults()),
    stats: () => counters.read(),
    openSockets: () => core.sockets.open(),
    dropSockets: () => core.sockets.drop(),
    refuse: async (ms) => {
      await shut();
      await sleep(ms);
      await open();
    },
    crash: async () => {
      forget();
      await shut();
    },
    restart: async () => {
      if (listener !== undefined) await simulator.crash();
      life = new AbortController();
      core = newCore(shared, life.signal);
      await start();
    },
    evict: (id) => (id === undefined ? core.history.clear() : core.history.remove(id)),
    vanish: (id) => {
      if (core.queue.running()?.id === id) core.flags.vanish = true;
      else removeWaiting(core, (prompt) => prompt.id === id);
    },
    close: async () => {
      await simulator.crash();
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
  await start();
  return simulator;
}
