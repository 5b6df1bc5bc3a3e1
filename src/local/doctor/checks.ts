import { randomUUID } from 'node:crypto';
import { access, constants } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findSandbox } from '../../drivers/remotion/browser/sandbox.ts';
import { messageOf } from '../../errors.ts';
import { shownRedis } from '../../redis/address.ts';
import { databaseRefusal, passwordRefusal, tlsRefusal } from '../../redis/refusals.ts';
import { createTemplateStore } from '../../templates/template-store.ts';
import {
  CHROMIUM_HELP,
  explicitChromium,
  rememberedChromium,
  systemChromium,
} from '../../host/chromium/find-chromium.ts';
import { findingsOf, type Finding, type Patient } from './finding.ts';
import { isAlive } from '../../host/process-identity.ts';
import { presentRedis, redisInstallCommand } from '../redis/binary.ts';
import { pingRedis } from '../redis/ping.ts';
import { readState } from '../stack/state-file.ts';

const FONTS = [
  '@fontsource/inter',
  '@fontsource/noto-sans-sc',
  '@fontsource/noto-sans-jp',
  '@fontsource/noto-sans-kr',
  'twemoji-colr-font',
  'dejavu-fonts-ttf',
];

export async function checkMiddleware({ config }: Patient): Promise<Finding> {
  const { ok } = findingsOf('middleware');
  const state = await readState(config.dataDir);
  const runs = state !== undefined && (await isAlive(state.parent));
  return ok(runs ? `runs at ${state.url} (pid ${state.parent.pid})` : 'not running');
}

export async function checkRedis({ config, isSet }: Patient): Promise<Finding> {
  const { ok, warn, fail } = findingsOf('Redis');
  const { host, username, tls = false } = config.redis;
  const place = shownRedis(config.redis);
  const there = await pingRedis(config.redis);
  if (there === 'redis') return ok(`answers at ${place}`);
  if (there === 'locked') return fail(passwordRefusal(config.redis));
  if (there === 'no database') return fail(databaseRefusal(config.redis));
  if (there === 'untrusted') return fail(tlsRefusal(config.redis));
  if (there === 'other') {
    const what = `another program answers at ${place}, or a Redis that requires TLS (REDIS_URL=rediss://…)`;
    return fail(`${what}; set REDIS_PORT or REDIS_URL`);
  }
  const elsewhere = (isSet('REDIS_HOST') || isSet('REDIS_URL')) && host !== 'localhost' && host !== '127.0.0.1';
  if (elsewhere || tls || username !== undefined)
    return fail(`Connection refused at ${place}; start it there, or unset REDIS_HOST and REDIS_URL`);
  const found = await presentRedis();
  if (found !== undefined) return ok(`${found}; \`npm start\` starts it`);
  const { command, allowed } = await redisInstallCommand();
  if (allowed) return warn(`not installed; \`npm start\` installs it: ${command}`);
  return fail(`not installed. Run: ${command}; or: docker compose up redis -d`);
}

export async function checkChromium({ config }: Patient): Promise<Finding> {
  const { ok, warn, fail } = findingsOf('Chromium');
  const explicit = config.render.chromiumExecutable;
  try {
    const found =
      explicit === undefined
        ? ((await rememberedChromium(config.cacheDir)) ?? (await systemChromium()))
        : await explicitChromium(explicit);
    const lack = await findSandbox(found.executable, path.join(tmpdir(), `sandbox-${randomUUID()}`));
    const sandbox = lack === null ? 'in its sandbox' : `without its sandbox, because ${lack} (docs/security.md)`;
    return ok(`${found.version}, ${found.source}, ${found.executable}; ${sandbox}`);
  } catch (error) {
    if (explicit !== undefined) return fail(messageOf(error));
    return warn(`none found; \`npm start\` installs it. Otherwise: ${CHROMIUM_HELP.slice(0, 2).join('; ')}`);
  }
}

export function checkFonts(): Finding {
  const { ok, fail } = findingsOf('fonts');
  const { resolve } = createRequire(import.meta.url);
  const missing = FONTS.filter((name) => {
    try {
      return resolve(`${name}/package.json`) === '';
    } catch {
      return true;
    }
  });
  if (missing.length > 0) return fail(`missing: ${missing.join(', ')}; run \`npm ci\``);
  return ok('Latin, Chinese, Japanese, Korean and emoji, from npm packages');
}

export async function checkAssets({ config, isSet }: Patient): Promise<Finding> {
  const { ok, warn } = findingsOf('asset folder');
  const { root } = config.assets;
  const usable = await access(root, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  if (usable) return ok(root);
  if (isSet('ASSET_PATH'))
    return warn(`${root} does not exist or cannot be written; it is created when its disk is mounted`);
  const instead = path.join(config.dataDir, 'assets');
  return warn(`${root} does not exist; \`npm start\` uses ${instead}. Set ASSET_PATH to use another folder`);
}

/** One line for all templates, and one for each that is broken. */
export async function checkTemplates({ config }: Patient): Promise<Finding[]> {
  const { ok, warn } = findingsOf('templates');
  try {
    const { templates, broken } = await createTemplateStore({ folder: config.templatesFolder }).list();
    const names = templates.map(({ name }) => name).join(', ');
    return [
      ok(`${names || 'none'} (in ${config.templatesFolder})`),
      ...broken.map(({ name, problem }) => warn(`${name} cannot be used: ${problem}`)),
    ];
  } catch (error) {
    return [warn(`${config.templatesFolder} cannot be read: ${messageOf(error)}`)];
  }
}
