import { homedir, hostname } from 'node:os';
import path from 'node:path';
import { forServerEngines, forTaskTypes, type ServerEngine, type TaskType } from './contracts/names.ts';
import { serverSettings, taskSettings } from './contracts/setting-names.ts';
import { findApiKeys } from './config/api-keys.ts';
import { environment } from './config/environment.ts';
import {
  ConfigError,
  parseAliases,
  parseHeaders,
  parseList,
  parseOrigins,
  parseSecrets,
  redisOf,
} from './config/parse-settings.ts';
import { splitAddress } from './contracts/engine-address.ts';
import { projectRoot } from './host/project.ts';

/** The settings of every engine that is a server. */
export interface ServerSettings {
  /** The address without credentials, for messages. */
  url: string;
  /** The address with its credentials, only for the engine's driver. */
  address: string;
  /** Sent with every request. */
  headers: Readonly<Record<string, string>>;
  /** The free memory on the card that its work needs, in MiB; null: unknown, so no other engine has to leave. */
  neededMb: number | null;
}

/** The parsed settings of all engines, by name. */
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

const SECRET = /PASSWORD|SECRET|KEY|HEADERS|COMMAND|REDIS_URL/;

/** A wrong value for a message: hidden if it is a secret, or may contain one as addresses do. */
const shownValue = (name: string, value: string | undefined): string =>
  SECRET.test(name) || /[@?=]/.test(value ?? '') || (value?.length ?? 0) > 100 ? '…' : JSON.stringify(value);

/**
 * Parses the environment into the one configuration object.
 * @throws {ConfigError} naming every wrong variable and the expected value.
 */
export function loadConfig(env: NodeJS.ProcessEnv) {
  const filled = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim() !== ''));
  const parsed = environment.safeParse(filled);
  if (!parsed.success) {
    const lines = parsed.error.issues.map(
      (issue) =>
        `${issue.path.join('.')}=${shownValue(String(issue.path[0]), env[String(issue.path[0])])}: ${issue.message}`,
    );
    throw new ConfigError(`The settings are not valid:\n  ${lines.join('\n  ')}`);
  }
  const e = parsed.data;
  const apiKeys = findApiKeys(e);
  return {
    redis: redisOf(e),
    engines: forServerEngines((engine) => readServer(engine, e)),
    /** Absolute path of the asset folder, and other prefixes that clients may use for it. */
    assets: { root: path.resolve(e.ASSET_PATH), aliases: parseAliases(e.ASSET_ALIASES) },
    /** How many days the outputs of tasks are kept; undefined: for ever. */
    outputDays: e.OUTPUT_DAYS,
    /** The most bytes of a file that a client sends. */
    maxUploadBytes: e.MAX_UPLOAD_MB * 1024 * 1024,
    /** Limits for what payloads name by address. */
    fetch: {
      /** The most bytes of all addresses of one request; 0: nothing is fetched. */
      mostBytes: e.MAX_FETCH_MB * 1024 * 1024,
      /** The time for all addresses of one request. */
      seconds: e.FETCH_SECONDS,
      /** Whether private addresses and `http://` are allowed. */
      allowPrivate: e.FETCH_ALLOW_PRIVATE,
    },
    /** Absolute path of the folder of ComfyUI templates. */
    templatesFolder: path.resolve(e.COMFY_TEMPLATES_PATH ?? path.join(projectRoot(), 'comfy-templates')),
    http: {
      host: e.HOST ?? (apiKeys.areSet ? '0.0.0.0' : '127.0.0.1'),
      port: e.PORT,
      maxBodyBytes: e.MAX_BODY_BYTES,
      /** An API without keys is open to everybody who can connect. */
      allowInsecure: e.ALLOW_INSECURE,
      /** The origins of web pages that may use the API. */
      origins: parseOrigins(e.ALLOWED_ORIGINS),
      /** Host names, in addition to those of this machine, under which an API without keys answers. */
      hosts: parseList(e.ALLOWED_HOSTS),
      /** How many requests a client may send in a minute; 0: any number. */
      requestsPerMinute: e.RATE_LIMIT,
      /** Whether answers are compared with the route table. */
      checkAnswers: e.CHECK_ANSWERS,
    },
    /** Without keys, everybody may use the API. @throws {ConfigError} if their file is wrong */
    get apiKeys() {
      return apiKeys.read();
    },
    webhooks: {
      /** In the form of Standard Webhooks; a message has a signature of each. */
      secrets: parseSecrets(e.WEBHOOK_SECRET),
      /** Whether webhooks may have addresses that are not public. */
      allowPrivate: e.WEBHOOK_ALLOW_PRIVATE,
    },
    /** How many tasks one pipeline may have. */
    maxPipelineTasks: e.MAX_PIPELINE_TASKS,
    /** How many tasks of all clients together may wait. */
    maxQueued: e.MAX_QUEUED,
    /** How many tasks of one client may wait; undefined for any number. */
    maxQueuedPerClient: e.MAX_QUEUED_PER_CLIENT,
    temporal: {
      address: e.TEMPORAL_ADDRESS,
      namespace: e.TEMPORAL_NAMESPACE,
      uiUrl: e.TEMPORAL_UI_URL === undefined ? undefined : splitAddress(e.TEMPORAL_UI_URL).url,
      priorityLevels: e.PRIORITY_LEVELS,
    },
    /** Where the worker shows the metrics of the Temporal SDK; undefined: nowhere. */
    sdkMetricsAddress: e.TEMPORAL_METRICS_ADDRESS,
    /** The ports of the Temporal server of `npm start`. */
    ownTemporal: { port: e.TEMPORAL_PORT, uiPort: e.TEMPORAL_UI_PORT },
    /** How long the status of a finished task can be read. */
    retentionDays: e.RETENTION_DAYS,
    gpuId: e.GPU_ID ?? `${hostname()}:0`,
    hold: {
      /** How long a holder of the card keeps its lease in Redis without renewing it. */
      leaseMs: Math.round(e.GPU_LEASE_SECONDS * 1000),
      /** Without Redis no GPU work. */
      strict: e.GPU_LEASE === 'strict',
      /** Absolute; replaces the lock that only processes in one network namespace can see. */
      lockFile: e.GPU_LOCK_FILE === undefined ? undefined : path.resolve(e.GPU_LOCK_FILE),
    },
    /** How long a stopping worker may take to hand back its task. */
    shutdownGraceMs: Math.round(e.SHUTDOWN_GRACE_SECONDS * 1000),
    /** How long the event loop of API or worker may be blocked before its process ends; 0: no limit. */
    watchdogMs: Math.round(e.WATCHDOG_SECONDS * 1000),
    /** Longest run of one attempt, in seconds. */
    runSeconds: forTaskTypes((type) => readRunSeconds(type, e)),
    /** The longest run that a client may ask for, in seconds. */
    maxRunSeconds: e.MAX_RUN_SECONDS,
    /** Longest time in the queue, in seconds; undefined for no limit. */
    queueSeconds: forTaskTypes((type) => readQueueSeconds(type, e)),
    comfyui: {
      /** Shell command for a ComfyUI that answers but does not work. */
      restartCommand: e.COMFYUI_RESTART_COMMAND,
      /** A running prompt without a sign of progress for this long counts as hung. */
      silenceSeconds: e.COMFYUI_SILENCE_SECONDS,
      /** How it makes previews for those who look at a running task. */
      previewMethod: e.COMFYUI_PREVIEWS,
    },
    cosyvoice: {
      /** The kind of server; undefined to detect it. */
      dialect: e.COSYVOICE_DIALECT,
      /** The sample rate of answers that do not state it. */
      sampleRate: e.COSYVOICE_SAMPLE_RATE,
      /** Longest time for one sentence, from the request to the last byte. */
      sentenceSeconds: e.COSYVOICE_SENTENCE_SECONDS,
      /** Shell commands that stop it to free the card, and start it again. */
      stopCommand: e.COSYVOICE_STOP_COMMAND,
      startCommand: e.COSYVOICE_START_COMMAND,
    },
    /** `device` has the form of `nvidia-smi --id`. */
    card: { device: e.GPU_DEVICE },
    render: {
      chromiumExecutable: e.CHROMIUM_EXECUTABLE,
      licenseKey: e.REMOTION_LICENSE_KEY,
      /** The number of chunks that are drawn at the same time; each needs a browser. */
      concurrency: e.RENDER_CONCURRENCY,
      /** A render without a sign of progress for this long counts as crashed. */
      silenceSeconds: e.RENDER_SILENCE_SECONDS,
      /** The defaults for films without encoder settings; `crf` is for H.264. */
      encoder: { preset: e.RENDER_PRESET, crf: e.RENDER_CRF },
    },
    log: { dir: path.resolve(e.LOG_DIR), level: e.LOG_LEVEL },
    dataDir: path.resolve(e.DATA_DIR),
    /** For files that can be made again: browser, bundles, the Temporal binary. */
    cacheDir: path.resolve(
      e.CACHE_DIR ?? path.join(filled['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'gpu-middleware'),
    ),
  };
}

export type Config = ReturnType<typeof loadConfig>;
