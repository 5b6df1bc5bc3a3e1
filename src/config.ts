import { homedir, hostname } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { COSYVOICE_DIALECTS, type CosyvoiceDialect } from './contracts/cosyvoice-dialects.ts';
import { ENGINES } from './contracts/engines.ts';
import {
  forServerEngines,
  forTaskTypes,
  LONGEST_SECONDS,
  SERVER_ENGINES,
  TASK_TYPES,
  type ServerEngine,
  type TaskType,
} from './contracts/names.ts';
import { serverSettings, taskSettings } from './contracts/setting-names.ts';
import { CRF, PRESETS } from './film/codecs.ts';
import { splitAddress } from './contracts/engine-address.ts';
import { projectRoot } from './host/project.ts';
import { parseRedisUrl, type RedisAddress } from './redis/address.ts';

const port = z.coerce.number().int().min(1).max(65535);
const seconds = z.coerce.number().positive().max(LONGEST_SECONDS);
const megabytes = z.coerce.number().int().min(1).max(10_000_000);
const url = z.url({ protocol: /^https?$/ });
/** An environment variable that is set to nothing counts as absent. */
const text = z.string().trim().min(1);
/** Of what is shown, so that nothing secret may stand in it. */
const host = text.regex(/^[^@/?#\s]+$/, 'expected a name or an address alone');

/** The settings that all engines have, by their names; `readServer`, `readRunSeconds` and `readQueueSeconds` know their types. */
const ofEngines: Record<string, z.ZodType> = Object.fromEntries([
  ...SERVER_ENGINES.flatMap((engine) => {
    const names = serverSettings(engine);
    const address = url.default(`http://localhost:${ENGINES[engine].port}`);
    return [
      [names.url, address],
      [names.headers, text.optional()],
      [names.neededMb, megabytes.optional()],
    ];
  }),
  ...TASK_TYPES.flatMap((type) => {
    const names = taskSettings(type);
    return [
      [names.runSeconds, seconds.default(3600)],
      [names.queueSeconds, seconds.optional()],
    ];
  }),
]);

const environment = z.object({
  REDIS_URL: text.optional(),
  REDIS_HOST: host.default('localhost'),
  REDIS_PORT: port.default(6379),
  REDIS_PASSWORD: z.string().optional(),
  ...(ofEngines as object),
  COMFYUI_RESTART_COMMAND: text.optional(),
  COMFYUI_SILENCE_SECONDS: seconds.default(1800),
  ASSET_PATH: text.default('/mnt/data_ssd/mcn/assets'),
  ASSET_ALIASES: text.optional(),
  COMFY_TEMPLATES_PATH: text.optional(),

  HOST: text.optional(),
  PORT: port.default(8000),
  API_KEYS: text.optional(),
  ALLOW_INSECURE: z.stringbool('expected true or false').default(false),
  ALLOWED_ORIGINS: text.optional(),
  ALLOWED_HOSTS: text.optional(),
  MAX_PIPELINE_TASKS: z.coerce.number().int().min(1).max(1000).default(200),
  MAX_QUEUED: z.coerce.number().int().min(1).max(1_000_000).default(10_000),
  MAX_QUEUED_PER_CLIENT: z.coerce.number().int().min(1).optional(),
  MAX_BODY_BYTES: z.coerce.number().int().min(1024).max(1_900_000).default(1_000_000),

  TEMPORAL_ADDRESS: host.default('localhost:7233'),
  TEMPORAL_NAMESPACE: text.default('default'),
  TEMPORAL_UI_URL: url.optional(),
  TEMPORAL_PORT: port.default(7233),
  TEMPORAL_UI_PORT: port.default(8233),
  PRIORITY_LEVELS: z.coerce.number().int().min(2).max(101).default(101),
  RETENTION_DAYS: z.coerce.number().int().min(1).max(3650).default(30),

  GPU_ID: text.optional(),
  GPU_LEASE: z.enum(['relaxed', 'strict']).default('relaxed'),
  GPU_LEASE_SECONDS: z.coerce.number().min(1).max(3600).default(15),
  GPU_LOCK_FILE: text.optional(),
  SHUTDOWN_GRACE_SECONDS: z.coerce.number().min(1).max(3600).default(20),
  WATCHDOG_SECONDS: z.coerce
    .number()
    .max(86_400)
    .refine((value) => value === 0 || value >= 2, 'expected 0, or 2 and more')
    .default(60),
  MAX_RUN_SECONDS: seconds.default(86_400),

  COSYVOICE_DIALECT: z.enum(COSYVOICE_DIALECTS).optional(),
  COSYVOICE_SAMPLE_RATE: z.coerce.number().int().min(8000).max(96_000).optional(),
  COSYVOICE_SENTENCE_SECONDS: seconds.default(180),
  COSYVOICE_STOP_COMMAND: text.optional(),
  COSYVOICE_START_COMMAND: text.optional(),

  GPU_DEVICE: text.default('0'),

  CHROMIUM_EXECUTABLE: text.optional(),
  REMOTION_LICENSE_KEY: text.optional(),
  RENDER_CONCURRENCY: z.coerce.number().int().min(1).max(64).optional(),
  RENDER_SILENCE_SECONDS: seconds.default(90),
  RENDER_PRESET: z.enum(PRESETS).default('superfast'),
  RENDER_CRF: z.coerce.number().int().min(CRF.h264.least).max(CRF.h264.most).default(CRF.h264.default),

  LOG_DIR: text.default('.'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  DATA_DIR: text.default('.data'),
  CACHE_DIR: text.optional(),
});

/** All variables that we read. */
export const SETTINGS: readonly string[] = Object.keys(environment.shape);

/** The values of those that have a fixed default. */
export const SETTING_DEFAULTS: Readonly<Record<string, unknown>> = environment.parse({});

/** Thrown when the environment does not parse; its message names every bad variable. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/** What is set for every engine that is a server. */
export interface ServerSettings {
  /** The address as it may be shown to anybody. */
  url: string;
  /** The address with all that lets one in there: for the engine's driver alone. */
  address: string;
  /** Sent with every request. */
  headers: Readonly<Record<string, string>>;
  /** What it needs free on the card before its work starts, in MiB; null: unknown, nobody has to leave. */
  neededMb: number | null;
}

export interface Config {
  redis: RedisAddress;
  engines: Readonly<Record<ServerEngine, ServerSettings>>;
  /** Absolute path of the asset folder, and other prefixes that clients may use for it. */
  assets: { root: string; aliases: readonly { from: string; to: string }[] };
  /** Absolute path of the folder of ComfyUI templates. */
  templatesFolder: string;
  http: {
    host: string;
    port: number;
    maxBodyBytes: number;
    /** Everybody who reaches an API without keys may use it. */
    allowInsecure: boolean;
    /** Of web pages that may use the API. */
    origins: readonly string[];
    /** Names, beside those of this machine, under which an API without keys answers. */
    hosts: readonly string[];
  };
  /** Of those who may use the API; everybody may where there are none. */
  apiKeys: readonly { name: string; key: string }[];
  /** How many tasks one pipeline may be. */
  maxPipelineTasks: number;
  /** How many tasks may wait, of all clients together. */
  maxQueued: number;
  /** How many tasks of one client may wait; any number when undefined. */
  maxQueuedPerClient: number | undefined;
  temporal: { address: string; namespace: string; uiUrl: string | undefined; priorityLevels: number };
  /** Where `npm start` has its own Temporal server listen. */
  ownTemporal: { port: number; uiPort: number };
  /** How long a finished task's id answers. */
  retentionDays: number;
  gpuId: string;
  hold: {
    /** How long a holder of the card that is not heard of keeps its lease in Redis. */
    leaseMs: number;
    /** Without Redis no GPU work. */
    strict: boolean;
    /** Absolute; in the place of a lock that only processes of one network namespace see. */
    lockFile: string | undefined;
  };
  /** How long a worker that is to stop may take to hand back the task in hand. */
  shutdownGraceMs: number;
  /** How long the event loop of API or worker may be held before its process ends; 0: as long as it is. */
  watchdogMs: number;
  /** Longest run of one attempt, in seconds. */
  runSeconds: Readonly<Record<TaskType, number>>;
  /** The longest run that a client may ask for, in seconds. */
  maxRunSeconds: number;
  /** Longest time in the queue, in seconds; for ever when undefined. */
  queueSeconds: Readonly<Record<TaskType, number | undefined>>;
  comfyui: {
    /** Shell command for a ComfyUI that answers but does not work. */
    restartCommand: string | undefined;
    /** A running prompt that shows no sign of life for so long counts as hung. */
    silenceSeconds: number;
  };
  cosyvoice: {
    /** The kind of server, where it must not be found out. */
    dialect: CosyvoiceDialect | undefined;
    /** Of answers that do not tell theirs. */
    sampleRate: number | undefined;
    /** Longest time for one sentence, from the request to the last byte. */
    sentenceSeconds: number;
    /** Shell commands that take it off the card and bring it back. */
    stopCommand: string | undefined;
    startCommand: string | undefined;
  };
  card: {
    /** As `nvidia-smi --id` takes it. */
    device: string;
  };
  render: {
    chromiumExecutable: string | undefined;
    licenseKey: string | undefined;
    /** Chunks that are drawn at once; each takes a browser. */
    concurrency: number | undefined;
    /** A render that shows no sign of life for so long counts as crashed. */
    silenceSeconds: number;
    /** For films that do not say how they are encoded; `crf` is H.264's. */
    encoder: { preset: (typeof PRESETS)[number]; crf: number };
  };
  log: { dir: string; level: 'debug' | 'info' | 'warn' | 'error' };
  dataDir: string;
  /** For what can be made again: browser, bundles, the Temporal binary. */
  cacheDir: string;
}

const parseList = (value: string | undefined): string[] =>
  (value ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

/** `ASSET_ALIASES` is a comma-separated list of prefixes of older boxes, each optionally `prefix=folder under ASSET_PATH`. */
function parseAliases(value: string | undefined): Config['assets']['aliases'] {
  return parseList(value).map((entry) => {
    const [from = '', to = ''] = entry.split('=');
    if (!path.isAbsolute(from)) throw new ConfigError(`ASSET_ALIASES: "${from}" is not an absolute path`);
    return { from: path.resolve(from), to };
  });
}

/** `ALLOWED_ORIGINS` is a comma-separated list of origins as browsers send them. */
const parseOrigins = (value: string | undefined): string[] =>
  parseList(value).map((sent) => {
    const origin = sent.replace(/\/$/, '');
    if (origin !== '*' && !/^[a-z][a-z0-9+.-]*:\/\/[^/\s]+$/i.test(origin))
      throw new ConfigError(
        `ALLOWED_ORIGINS: "${sent}" is no origin, such as https://studio.example or http://localhost:3000`,
      );
    return origin;
  });

/** `API_KEYS` is a comma-separated list of `name:key`. */
function parseKeys(value: string | undefined): Config['apiKeys'] {
  return parseList(value).map((entry) => {
    const [, name, key] = /^([\p{L}\p{N}_.@/+-]{1,100}):(\S+)$/u.exec(entry) ?? [];
    if (name === undefined || key === undefined)
      throw new ConfigError(
        'API_KEYS: expected a comma-separated list of name:key; a name has letters, digits and _ . @ / + -, a key no spaces',
      );
    return { name, key };
  });
}

/** A JSON object of header names and values, such as `{"Authorization": "Bearer …"}`. */
function parseHeaders(name: string, value: string | undefined): Record<string, string> {
  if (value === undefined) return {};
  try {
    return z
      .record(z.string().regex(/^[\w-]+$/), z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/))
      .parse(JSON.parse(value));
  } catch {
    // The cause would quote what stands there.
    throw new ConfigError(`${name}: expected a JSON object of headers, such as {"Authorization": "Bearer …"}`);
  }
}

function redisOf(e: {
  REDIS_URL?: string | undefined;
  REDIS_HOST: string;
  REDIS_PORT: number;
  REDIS_PASSWORD?: string | undefined;
}): RedisAddress {
  const password = e.REDIS_PASSWORD;
  if (e.REDIS_URL === undefined) return { host: e.REDIS_HOST, port: e.REDIS_PORT, password };
  try {
    const address = parseRedisUrl(e.REDIS_URL);
    return { ...address, password: address.password ?? password };
  } catch (error) {
    throw new ConfigError(`REDIS_URL: ${(error as Error).message}`);
  }
}

/** What the settings of all engines come to, by their names. */
type Values = Readonly<Record<string, unknown>>;

function readServer(engine: ServerEngine, values: Values): ServerSettings {
  const names = serverSettings(engine);
  const address = values[names.url] as string;
  return {
    url: splitAddress(address).url,
    address,
    headers: parseHeaders(names.headers, values[names.headers] as string | undefined),
    neededMb: (values[names.neededMb] as number | undefined) ?? null,
  };
}

const readRunSeconds = (type: TaskType, values: Values): number => values[taskSettings(type).runSeconds] as number;
const readQueueSeconds = (type: TaskType, values: Values): number | undefined =>
  values[taskSettings(type).queueSeconds] as number | undefined;

const SECRET = /PASSWORD|KEY|HEADERS|COMMAND|REDIS_URL/;

/** A wrong value as it may be shown: none that is a secret, or may hold one as addresses do. */
const shownValue = (name: string, value: string | undefined): string =>
  SECRET.test(name) || /[@?=]/.test(value ?? '') || (value?.length ?? 0) > 100 ? '…' : JSON.stringify(value);

/**
 * Parses the environment into the one configuration object.
 * @throws {ConfigError} naming every variable that is wrong and what was expected.
 */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const filled = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim() !== ''));
  const parsed = environment.safeParse(filled);
  if (!parsed.success) {
    const lines = parsed.error.issues.map(
      (issue) =>
        `${issue.path.join('.')}=${shownValue(String(issue.path[0]), env[String(issue.path[0])])}: ${issue.message}`,
    );
    throw new ConfigError(`The environment does not make sense:\n  ${lines.join('\n  ')}`);
  }
  const e = parsed.data;
  const apiKeys = parseKeys(e.API_KEYS);
  return {
    redis: redisOf(e),
    engines: forServerEngines((engine) => readServer(engine, e)),
    assets: { root: path.resolve(e.ASSET_PATH), aliases: parseAliases(e.ASSET_ALIASES) },
    templatesFolder: path.resolve(e.COMFY_TEMPLATES_PATH ?? path.join(projectRoot(), 'comfy-templates')),
    http: {
      host: e.HOST ?? (apiKeys.length > 0 ? '0.0.0.0' : '127.0.0.1'),
      port: e.PORT,
      maxBodyBytes: e.MAX_BODY_BYTES,
      allowInsecure: e.ALLOW_INSECURE,
      origins: parseOrigins(e.ALLOWED_ORIGINS),
      hosts: parseList(e.ALLOWED_HOSTS),
    },
    apiKeys,
    maxPipelineTasks: e.MAX_PIPELINE_TASKS,
    maxQueued: e.MAX_QUEUED,
    maxQueuedPerClient: e.MAX_QUEUED_PER_CLIENT,
    temporal: {
      address: e.TEMPORAL_ADDRESS,
      namespace: e.TEMPORAL_NAMESPACE,
      uiUrl: e.TEMPORAL_UI_URL === undefined ? undefined : splitAddress(e.TEMPORAL_UI_URL).url,
      priorityLevels: e.PRIORITY_LEVELS,
    },
    ownTemporal: { port: e.TEMPORAL_PORT, uiPort: e.TEMPORAL_UI_PORT },
    retentionDays: e.RETENTION_DAYS,
    gpuId: e.GPU_ID ?? `${hostname()}:0`,
    hold: {
      leaseMs: e.GPU_LEASE_SECONDS * 1000,
      strict: e.GPU_LEASE === 'strict',
      lockFile: e.GPU_LOCK_FILE === undefined ? undefined : path.resolve(e.GPU_LOCK_FILE),
    },
    shutdownGraceMs: e.SHUTDOWN_GRACE_SECONDS * 1000,
    watchdogMs: e.WATCHDOG_SECONDS * 1000,
    runSeconds: forTaskTypes((type) => readRunSeconds(type, e)),
    maxRunSeconds: e.MAX_RUN_SECONDS,
    queueSeconds: forTaskTypes((type) => readQueueSeconds(type, e)),
    comfyui: {
      restartCommand: e.COMFYUI_RESTART_COMMAND,
      silenceSeconds: e.COMFYUI_SILENCE_SECONDS,
    },
    cosyvoice: {
      dialect: e.COSYVOICE_DIALECT,
      sampleRate: e.COSYVOICE_SAMPLE_RATE,
      sentenceSeconds: e.COSYVOICE_SENTENCE_SECONDS,
      stopCommand: e.COSYVOICE_STOP_COMMAND,
      startCommand: e.COSYVOICE_START_COMMAND,
    },
    card: { device: e.GPU_DEVICE },
    render: {
      chromiumExecutable: e.CHROMIUM_EXECUTABLE,
      licenseKey: e.REMOTION_LICENSE_KEY,
      concurrency: e.RENDER_CONCURRENCY,
      silenceSeconds: e.RENDER_SILENCE_SECONDS,
      encoder: { preset: e.RENDER_PRESET, crf: e.RENDER_CRF },
    },
    log: { dir: path.resolve(e.LOG_DIR), level: e.LOG_LEVEL },
    dataDir: path.resolve(e.DATA_DIR),
    cacheDir: path.resolve(
      e.CACHE_DIR ?? path.join(filled['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'gpu-middleware'),
    ),
  };
}
