import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createApp } from '../../src/api/app.ts';
import { createComfyuiPlaces } from '../../src/prepare/comfyui-places.ts';
import { cosyvoicePlaces } from '../../src/prepare/cosyvoice-places.ts';
import { createPrepareComfyui } from '../../src/prepare/prepare-comfyui.ts';
import { createPrepareCosyvoice } from '../../src/prepare/prepare-cosyvoice.ts';
import { createPrepareRender } from '../../src/prepare/prepare-render.ts';
import { renderPlaces } from '../../src/prepare/render-places.ts';
import { createSourceFetcher, type SourceFetcherOptions } from '../../src/sources/source-fetcher.ts';
import { forTaskTypes } from '../../src/contracts/names.ts';
import type { NoteAnswer } from '../../src/api/middleware/note-answers.ts';
import { createHttpServer } from '../../src/api/http-server.ts';
import { createRoutes, type RouteDeps } from '../../src/api/routes.ts';
import { parseApiKeys } from '../../src/config/api-keys.ts';
import { createQueueTicks } from '../../src/api/events/queue-ticks.ts';
import { createStatusTeller } from '../../src/api/events/status-teller.ts';
import { createStreamPlaces } from '../../src/api/events/stream-places.ts';
import { AppError } from '../../src/errors.ts';
import { createLineLogger } from '../../src/logging.ts';
import { createFileLibrary } from '../../src/files/file-library.ts';
import { createVoiceLibrary } from '../../src/voices/voice-library.ts';
import { examplesFolder } from '../../src/host/examples-folder.ts';
import { makeAssetFolder } from './asset-folder.ts';
import { memorySentFiles } from './memory-sent-files.ts';
import { createFakeFeed } from './fake-feed.ts';
import { noPrepares } from './no-prepares.ts';

/** A part of the machine that is well. */
export const HERE = { ok: true, detail: 'here' };
/** Larger files are refused. */
export const MOST_FILE_BYTES = 10_000_000;
export const TASK_ID = '0b7f6c1e-52a5-4c58-b7a5-1f3f0a8f9d11';

export interface ApiRig {
  /** Address without a slash at its end. */
  base: string;
  port: number;
  assetRoot: string;
  logged: string[];
  submit: (body: unknown) => Promise<Response>;
  close: () => Promise<void>;
}

/** The whole API on a port of its own, in front of a throw-away asset folder and a Temporal that accepts everything. */
export async function startApi(
  deps: Partial<RouteDeps> = {},
  /** As in `API_KEYS`. A sole key without a role is `admin`. */
  apiKeys: readonly { name: string; key: string; role?: string; [limit: string]: unknown }[] = [],
  more: {
    origins?: string[];
    hosts?: string[];
    requestsPerMinute?: number;
    noteAnswer?: NoteAnswer;
    /** For the part that fetches addresses. */
    fetching?: Partial<SourceFetcherOptions>;
  } = {},
): Promise<ApiRig> {
  const { fetching = {}, ...pages } = more;
  const keys = apiKeys.length === 0 ? [] : parseApiKeys('API_KEYS', JSON.stringify(apiKeys));
  const assets = await makeAssetFolder();
  const folder = { root: assets.root, aliases: [{ from: '/opt/mcn/assets', to: '' }] };
  const logged: string[] = [];
  const logger = createLineLogger('GPUServer', (line) => logged.push(line));
  const voices = createVoiceLibrary(folder);
  const templates = { list: () => Promise.resolve({ templates: [], broken: [] }) };
  const limits = { mostBytes: MOST_FILE_BYTES, seconds: 20, allowPrivate: false, reserveBytes: 0 };
  const fetcher = createSourceFetcher({ assets: folder, ...limits, ...fetching });
  const missing = () => Promise.resolve([]);
  const { readStatus = () => Promise.resolve(null), readPipeline = (_id, record) => Promise.resolve(record) } = deps;
  const { lookAhead = () => Promise.resolve({ position: null, eta: null, pause: null, obstacle: null }) } = deps;
  const { changes, feed: liveless, setLive } = createFakeFeed();
  setLive(false);
  const { feed = liveless } = deps;
  const teller = createStatusTeller({ readStatus, readPipeline, lookAhead });
  feed.follow({ onChange: ({ taskId }) => teller.forget(taskId) });
  const streams = {
    feed,
    changes,
    teller,
    log: { latest: () => Promise.resolve('0-0'), since: () => Promise.resolve(null) },
    onQueueTick: createQueueTicks(feed, 0),
    viewQueue: () => Promise.resolve([]),
    takePlace: createStreamPlaces(),
  };
  const routes = createRoutes({
    prepare: {
      ...noPrepares,
      remotion_render: createPrepareRender(folder),
      comfyui: createPrepareComfyui({
        assets: folder,
        templates: deps.templates ?? templates,
        randomSeed: () => 1,
        missing,
      }),
      cosyvoice: createPrepareCosyvoice({ assets: folder, voices }),
    },
    fetcher,
    filePlaces: {
      ...forTaskTypes(() => () => Promise.resolve([])),
      remotion_render: renderPlaces,
      comfyui: createComfyuiPlaces({ templates: deps.templates ?? templates }),
      cosyvoice: cosyvoicePlaces,
    },
    runSeconds: forTaskTypes(() => 60),
    queueSeconds: forTaskTypes(() => undefined),
    admit: () => Promise.resolve(),
    admitAgain: () => Promise.resolve(),
    mostRunSeconds: 86_400,
    allowPrivateWebhooks: false,
    cancelTask: () => Promise.reject(new AppError('task_not_found')),
    retryTask: () => Promise.reject(new AppError('task_not_found')),
    changePriority: () => Promise.reject(new AppError('task_not_found')),
    voices,
    sent: memorySentFiles(),
    files: createFileLibrary(folder, { mostBytes: MOST_FILE_BYTES, reserveBytes: 0 }),
    templates,
    version: '0.0.0',
    needsKey: keys.length > 0,
    logger,
    now: () => new Date('2026-01-04T09:32:56Z'),
    newTaskId: () => TASK_ID,
    mostPipelineTasks: 200,
    examplesFolder: examplesFolder(),
    readPipeline,
    startTask: () => Promise.resolve('started' as const),
    findAccepted: () => Promise.resolve(null),
    listTasks: () => Promise.resolve({ tasks: [], next: null }),
    cancelTasks: () => Promise.resolve({ cancelled: [], failed: [], more: false }),
    deleteTask: () => Promise.reject(new AppError('task_not_found')),
    readInput: () => Promise.resolve(null),
    listDeliveries: () => Promise.resolve([]),
    redeliver: () => Promise.reject(new AppError('webhook_missing')),
    readAttempts: () => Promise.resolve([]),
    recordPending: () => Promise.resolve(true),
    readOwner: () => Promise.resolve(undefined),
    readStatus,
    ...streams,
    lookAhead,
    forecast: {
      ofTask: () => Promise.resolve({ position: null, eta: null, pause: null, obstacle: null }),
      ofQueue: () =>
        Promise.resolve({ count: 0, waiting: [], running: [], pause: null, starts: [], drained: { min: 0, max: 0 } }),
      refresh: () => undefined,
    },
    pauseQueue: (why) => Promise.resolve({ ...why, since: '2026-01-04T09:32:56.000Z' }),
    resumeQueue: () => Promise.resolve(),
    readPause: () => Promise.resolve(null),
    listRunning: () => Promise.resolve([]),
    countWaitingForEngines: () => Promise.resolve({}),
    checkWorkers: () =>
      Promise.resolve({
        engines: {},
        gpuWorker: HERE,
        controlWorker: HERE,
      }),
    metricsText: () => Promise.resolve(''),
    checkHealth: () =>
      Promise.resolve({
        required: {
          temporal: HERE,
          redis: { ok: false, detail: 'Connection refused' },
          gpu_worker: HERE,
          control_worker: HERE,
          assets: HERE,
        },
        engines: { comfyui: { ok: false, detail: 'away' } },
        cards: [],
      }),
    ...deps,
  });
  const app = createApp({
    routes,
    maxBodyBytes: 1_000_000,
    checkAnswers: true,
    keys,
    origins: [],
    hosts: [],
    requestsPerMinute: 0,
    logger,
    ...pages,
  });
  const server = createHttpServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const base = `http://127.0.0.1:${port}`;
  return {
    base,
    port,
    assetRoot: assets.root,
    logged,
    submit: (body) =>
      fetch(`${base}/submit_task`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await fetcher.close();
      await assets.remove();
    },
  };
}
