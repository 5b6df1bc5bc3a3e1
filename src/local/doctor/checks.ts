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
import type { Finding, Patient } from './finding.ts';
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
  const state = await readState(config.dataDir);
  const runs = state !== undefined && (await isAlive(state.parent));
  return {
    level: 'ok',
    part: 'middleware',
    text: runs ? `runs at ${state.url} (pid ${state.parent.pid})` : 'not running',
  };
}

export async function checkRedis({ config, isSet }: Patient): Promise<Finding> {
  const part = 'Redis';
  const { host, username, tls = false } = config.redis;
  const place = shownRedis(config.redis);
  const there = await pingRedis(config.redis);
  if (there === 'redis') return { level: 'ok', part, text: `answers at ${place}` };
  if (there === 'locked') return { level: 'FAIL', part, text: passwordRefusal(config.redis) };
  if (there === 'no database') return { level: 'FAIL', part, text: databaseRefusal(config.redis) };
  if (there === 'untrusted') return { level: 'FAIL', part, text: tlsRefusal(config.redis) };
  if (there === 'other')
    return {
      level: 'FAIL',
      part,
      text: `another program answers at ${place}, or a Redis that requires TLS (REDIS_URL=rediss://…); set REDIS_PORT or REDIS_URL`,
    };
  const elsewhere = (isSet('REDIS_HOST') || isSet('REDIS_URL')) && host !== 'localhost' && host !== '127.0.0.1';
  if (elsewhere || tls || username !== undefined)
    return {
      level: 'FAIL',
      part,
      text: `Connection refused at ${place}; start it there, or unset REDIS_HOST and REDIS_URL`,
    };
  const found = await presentRedis();
  if (found !== undefined) return { level: 'ok', part, text: `${found}; \`npm start\` starts it` };
  const { command, allowed } = await redisInstallCommand();
  if (allowed) return { level: 'warn', part, text: `not installed; \`npm start\` installs it: ${command}` };
  return { level: 'FAIL', part, text: `not installed. Run: ${command}; or: docker compose up redis -d` };
}

export async function checkChromium({ config }: Patient): Promise<Finding> {
  const part = 'Chromium';
  const explicit = config.render.chromiumExecutable;
  try {
    const found =
      explicit === undefined
        ? ((await rememberedChromium(config.cacheDir)) ?? (await systemChromium()))
        : await explicitChromium(explicit);
    const lack = await findSandbox(found.executable, path.join(tmpdir(), `sandbox-${randomUUID()}`));
    const sandbox = lack === null ? 'in its sandbox' : `without its sandbox, because ${lack} (docs/security.md)`;
    return { level: 'ok', part, text: `${found.version}, ${found.source}, ${found.executable}; ${sandbox}` };
  } catch (error) {
    if (explicit !== undefined) return { level: 'FAIL', part, text: messageOf(error) };
    return {
      level: 'warn',
      part,
      text: `none found; \`npm start\` installs it. Otherwise: ${CHROMIUM_HELP.slice(0, 2).join('; ')}`,
    };
  }
}

export function checkFonts(): Finding {
  const { resolve } = createRequire(import.meta.url);
  const missing = FONTS.filter((name) => {
    try {
      return resolve(`${name}/package.json`) === '';
    } catch {
      return true;
    }
  });
  if (missing.length > 0)
    return { level: 'FAIL', part: 'fonts', text: `missing: ${missing.join(', ')}; run \`npm ci\`` };
  return { level: 'ok', part: 'fonts', text: 'Latin, Chinese, Japanese, Korean and emoji, from npm packages' };
}

export async function checkAssets({ config, isSet }: Patient): Promise<Finding> {
  const part = 'asset folder';
  const { root } = config.assets;
  const usable = await access(root, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  if (usable) return { level: 'ok', part, text: root };
  if (isSet('ASSET_PATH'))
    return {
      level: 'warn',
      part,
      text: `${root} does not exist or cannot be written; it is created when its disk is mounted`,
    };
  const instead = path.join(config.dataDir, 'assets');
  return {
    level: 'warn',
    part,
    text: `${root} does not exist; \`npm start\` uses ${instead}. Set ASSET_PATH to use another folder`,
  };
}

/** One line for all templates, and one for each that is broken. */
export async function checkTemplates({ config }: Patient): Promise<Finding[]> {
  const part = 'templates';
  try {
    const { templates, broken } = await createTemplateStore({ folder: config.templatesFolder }).list();
    const names = templates.map(({ name }) => name).join(', ');
    return [
      { level: 'ok', part, text: `${names || 'none'} (in ${config.templatesFolder})` },
      ...broken.map(({ name, problem }): Finding => ({
        level: 'warn',
        part,
        text: `${name} cannot be used: ${problem}`,
      })),
    ];
  } catch (error) {
    return [{ level: 'warn', part, text: `${config.templatesFolder} cannot be read: ${messageOf(error)}` }];
  }
}
