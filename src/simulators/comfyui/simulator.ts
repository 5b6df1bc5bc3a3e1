import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commonActions, type Actions, type Controls } from '../control.ts';
import { createListener } from '../listener.ts';
import { newFlags, type Core } from './core.ts';
import { noFaults, type Faults } from './faults.ts';
import { createFolders } from './folders.ts';
import { featuresOf } from './http/info.ts';
import { removeWaiting } from './http/queue.ts';
import { createModelFiles } from './model-files.ts';
import { settingsOf, type ComfyuiSimulatorOptions } from './options.ts';
import { createHistory } from './queue/history.ts';
import { clientOf } from './queue/prompt.ts';
import { createPromptQueue } from './queue/prompt-queue.ts';
import { createCache } from './run/cache.ts';
import { work } from './run/worker.ts';
import { createComfyuiServer } from './server.ts';
import { createSockets } from './sockets/sockets.ts';
import { createCounters, type Stats } from './stats.ts';
import { VERSIONS } from './versions.ts';
import { createVram } from './vram.ts';

/** A running stand-in for ComfyUI. */
export interface ComfyuiSimulator extends Controls<Faults, Stats> {
  url: string;
  port: number;
  /** Holds `input`, `output` and `temp`. */
  folder: string;
  /** Cuts every event socket without a close frame. */
  dropSockets(): void;
  /** Removes an entry from history, or all. */
  evict(promptId?: string): void;
  /** Takes a waiting or running prompt away without a trace. */
  vanish(promptId: string): void;
  /** Event sockets that are open. */
  openSockets(): number;
  close(): Promise<void>;
}

type Shared = Pick<Core, 'settings' | 'faults' | 'counters' | 'folders'>;

/** The memory of one process, empty. */
function newCore(shared: Shared, signal: AbortSignal): Core {
  const { settings, faults } = shared;
  const behaviour = VERSIONS[settings.version];
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
    models: createModelFiles(() => faults.missingModels),
    vram: createVram(() => faults.memoryNeverFreed),
    history: createHistory(),
    cache: createCache(),
  };
  return core;
}

/** Starts a stand-in that speaks HTTP and WebSocket as the real server does, and can be made to fail as it does. */
export async function createComfyuiSimulator(options: ComfyuiSimulatorOptions = {}): Promise<ComfyuiSimulator> {
  const folder = options.folder ?? mkdtempSync(path.join(tmpdir(), 'comfyui-simulator-'));
  const settings = settingsOf(options);
  const faults = noFaults();
  const counters = createCounters(options.journal);
  const shared = { settings, faults, counters, folders: createFolders(folder) };
  let life = new AbortController();
  let core = newCore(shared, life.signal);
  const events = new Set<Socket>();
  const listener = createListener({
    ...settings,
    createServer: () => createComfyuiServer({ core: () => core, actions, events }),
  });
  const start = async (): Promise<void> => {
    counters.count('starts');
    await listener.open();
    void work(core);
  };
  const simulator: ComfyuiSimulator = {
    get url() {
      return listener.url;
    },
    get port() {
      return listener.port;
    },
    folder,
    faults,
    setFaults: (change) => {
      Object.assign(faults, change);
      for (const socket of events) socket[faults.halfOpen ? 'pause' : 'resume']();
    },
    clearFaults: () => simulator.setFaults(noFaults()),
    stats: () => counters.read(),
    openSockets: () => core.sockets.open(),
    dropSockets: () => core.sockets.drop(),
    refuse: async (ms) => {
      await listener.close();
      await sleep(ms);
      await listener.open();
    },
    crash: async () => {
      if (life.signal.aborted) return;
      life.abort();
      for (const { index } of [core.queue.running() ?? [], core.queue.pending()].flat()) counters.ended(index, 'lost');
      core.queue.wake();
      await listener.close();
    },
    restart: async () => {
      await simulator.crash();
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
  const actions: Actions = {
    ...commonActions(simulator),
    'POST drop-sockets': () => simulator.dropSockets(),
    'POST evict': (body) => simulator.evict(body['prompt_id'] as string | undefined),
    'POST vanish': (body) => simulator.vanish(String(body['prompt_id'])),
  };
  await start();
  return simulator;
}
