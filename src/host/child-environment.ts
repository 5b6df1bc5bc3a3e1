import { SERVER_ENGINES } from '../contracts/names.ts';
import { serverSettings } from '../contracts/setting-names.ts';

/** Secret settings. Of all child processes, only the API and the worker get them. */
export const SECRETS: ReadonlySet<string> = new Set([
  'API_KEYS',
  'API_KEYS_FILE',
  'REDIS_PASSWORD',
  'REDIS_URL',
  'REMOTION_LICENSE_KEY',
  'WEBHOOK_SECRET',
  ...SERVER_ENGINES.map((engine) => serverSettings(engine).headers),
]);

/** Variables that programs need: folders, language, libraries, fonts, the card, and the mark of our processes. */
const NAMES: ReadonlySet<string> = new Set(
  (
    'PATH HOME USER LOGNAME SHELL TMPDIR TMP TEMP TZ LANG LANGUAGE GPU_ID ' +
    'NODE_ENV NODE_OPTIONS NODE_EXTRA_CA_CERTS NODE_V8_COVERAGE GPU_MIDDLEWARE_RENDER'
  ).split(' '),
);
const PREFIXES = /^(LC_|LD_|DYLD_|XDG_|FONTCONFIG_|CUDA_|NVIDIA_)/;

const chosen = (env: NodeJS.ProcessEnv, isChosen: (name: string) => boolean): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value !== undefined && isChosen(name) ? [[name, value] as const] : [],
    ),
  );

/**
 * The environment of a program that works for us: ffmpeg, a browser, a child of the render pool, a stand-in, Temporal,
 * Redis. It contains only the variables that are listed here.
 */
export const programEnvironment = (env: NodeJS.ProcessEnv = process.env): Record<string, string> =>
  chosen(env, (name) => NAMES.has(name) || PREFIXES.test(name));

/**
 * The environment of operators' shell commands, and of npm, apt-get and other installers. They may need any variable (a
 * proxy, DOCKER_HOST, the socket of an ssh-agent), so they get everything except our secrets.
 */
export const commandEnvironment = (env: NodeJS.ProcessEnv = process.env): Record<string, string> =>
  chosen(env, (name) => !SECRETS.has(name));
