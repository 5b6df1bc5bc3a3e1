import { isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';
import { COSYVOICE_DIALECTS } from '../contracts/cosyvoice-dialects.ts';
import { PREVIEW_METHODS } from '../contracts/comfyui.ts';
import { ENGINES } from '../contracts/engines.ts';
import { LONGEST_SECONDS, SERVER_ENGINES, TASK_TYPES } from '../contracts/names.ts';
import { serverSettings, taskSettings } from '../contracts/setting-names.ts';
import { CRF, PRESETS } from '../film/codecs.ts';

const port = z.coerce.number().int().min(1).max(65535);
const seconds = z.coerce.number().positive().max(LONGEST_SECONDS);
const megabytes = z.coerce.number().int().min(1).max(10_000_000);
const url = z.url({ protocol: /^https?$/ });
/** An empty environment variable counts as unset. */
const text = z.string().trim().min(1);
/** An address to listen on, in the form that the Temporal SDK reads. */
const listenAddress = text.refine((value) => {
  const [, ip = '', , number] = /^(\[(.+)\]|[^:]+):(\d{1,5})$/.exec(value) ?? [];
  const isAddress = ip.startsWith('[') ? isIPv6(ip.slice(1, -1)) : isIPv4(ip);
  return isAddress && Number(number) >= 1 && Number(number) <= 65_535;
}, 'expected an IP address and a port, such as 127.0.0.1:9464');
/** For values that are shown, so they must not contain secrets. */
const host = text.regex(/^[^@/?#\s]+$/, 'expected only a host name or an address');

/**
 * The settings that all engines have, by name; `readServer`, `readRunSeconds` and `readQueueSeconds` know their types.
 */
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

/** The environment variables, with their types and defaults. */
export const environment = z.object({
  REDIS_URL: text.optional(),
  REDIS_HOST: host.default('localhost'),
  REDIS_PORT: port.default(6379),
  REDIS_PASSWORD: z.string().optional(),
  ...(ofEngines as object),
  COMFYUI_RESTART_COMMAND: text.optional(),
  COMFYUI_SILENCE_SECONDS: seconds.default(1800),
  COMFYUI_PREVIEWS: z.enum(PREVIEW_METHODS).default('auto'),
  ASSET_PATH: text.default('/mnt/data_ssd/mcn/assets'),
  ASSET_ALIASES: text.optional(),
  COMFY_TEMPLATES_PATH: text.optional(),
  MAX_UPLOAD_MB: megabytes.default(2048),
  MAX_FETCH_MB: z.coerce.number().int().min(0).max(10_000_000).default(256),
  FETCH_SECONDS: z.coerce.number().min(1).max(300).default(30),
  FETCH_ALLOW_PRIVATE: z.stringbool('expected true or false').default(false),
  OUTPUT_DAYS: z.coerce.number().int().min(1).max(36_500).optional(),

  HOST: host.optional(),
  PORT: port.default(8000),
  API_KEYS: text.optional(),
  API_KEYS_FILE: text.optional(),
  ALLOW_INSECURE: z.stringbool('expected true or false').default(false),
  ALLOWED_ORIGINS: text.optional(),
  ALLOWED_HOSTS: text.optional(),
  RATE_LIMIT: z.coerce.number().int().min(0).max(10_000_000).default(3000),
  CHECK_ANSWERS: z.stringbool('expected true or false').default(false),
  MAX_PIPELINE_TASKS: z.coerce.number().int().min(1).max(1000).default(200),
  MAX_QUEUED: z.coerce.number().int().min(1).max(1_000_000).default(10_000),
  MAX_QUEUED_PER_CLIENT: z.coerce.number().int().min(1).optional(),
  MAX_BODY_BYTES: z.coerce.number().int().min(1024).max(1_900_000).default(1_000_000),

  WEBHOOK_SECRET: text.optional(),
  WEBHOOK_ALLOW_PRIVATE: z.stringbool('expected true or false').default(false),

  TEMPORAL_ADDRESS: host.default('localhost:7233'),
  TEMPORAL_NAMESPACE: text.default('default'),
  TEMPORAL_UI_URL: url.optional(),
  TEMPORAL_METRICS_ADDRESS: listenAddress.optional(),
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
    .refine((value) => value === 0 || value >= 2, 'expected 0, or 2 or more')
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
