import path from 'node:path';
import type { Logger } from '../../logging.ts';
import { browserVersion, type Chromium } from './version.ts';
import { installNpmChromium } from './from-npm.ts';
import { downloadRemotionChromium } from './from-remotion.ts';
import { readJson, writeJson } from '../json-file.ts';
import { rememberFailure } from '../remember-failure.ts';
import { firstAvailable, type Source } from '../first-available.ts';

export interface FindChromiumOptions {
  /** CHROMIUM_EXECUTABLE */
  explicit: string | undefined;
  cacheDir: string;
  logger: Logger;
  signal?: AbortSignal | undefined;
}

/**
 * The binaries of Debian and its derivatives. The commands on PATH are shell scripts that start the browser as a child,
 * so killing them would leave browsers behind.
 */
const SYSTEM_BINARIES = [
  '/usr/lib/chromium/chromium-headless-shell',
  '/usr/lib64/chromium-browser/headless_shell',
  '/usr/lib/chromium/headless_shell',
];

export const CHROMIUM_HELP = [
  'set CHROMIUM_EXECUTABLE to the binary of a headless Chromium (chrome-headless-shell)',
  'on Debian or Ubuntu, as root: apt-get install chromium-headless-shell',
  'give this machine access to remotion.media or the npm registry and start again: the browser is then downloaded',
];

const isChromium = (value: unknown): value is Chromium =>
  typeof value === 'object' &&
  value !== null &&
  'executable' in value &&
  typeof value.executable === 'string' &&
  'source' in value &&
  typeof value.source === 'string';

const rememberedFile = (cacheDir: string): string => path.join(cacheDir, 'chromium', 'found.json');

/**
 * The browser that CHROMIUM_EXECUTABLE names.
 * @throws when it does not run.
 */
export async function explicitChromium(executable: string): Promise<Chromium> {
  try {
    return { executable, source: 'CHROMIUM_EXECUTABLE', version: await browserVersion(executable) };
  } catch (error) {
    throw new Error(`CHROMIUM_EXECUTABLE=${executable} is not a Chromium that runs on this machine`, { cause: error });
  }
}

/** The browser that an earlier start found, if it still works. Downloads nothing. */
export async function rememberedChromium(cacheDir: string): Promise<Chromium | undefined> {
  const known = await readJson(rememberedFile(cacheDir));
  if (!isChromium(known)) return undefined;
  const version = await browserVersion(known.executable).catch(() => undefined);
  return version === undefined ? undefined : { ...known, version };
}

/** Debian's package, if it is installed. */
export async function systemChromium(): Promise<Chromium> {
  for (const executable of SYSTEM_BINARIES) {
    const version = await browserVersion(executable).catch(() => undefined);
    if (version !== undefined) return { executable, source: "the system's chromium-headless-shell", version };
  }
  throw new Error(`not installed (looked at ${SYSTEM_BINARIES.join(', ')})`);
}

/**
 * Finds or downloads a headless Chromium for Remotion, and remembers it in the cache folder, so that a later call takes
 * some milliseconds. Logs the size of a download before it begins; the caller logs the result.
 * @throws Error that lists why each source failed, and the remedies.
 */
export async function findChromium(options: FindChromiumOptions): Promise<Chromium> {
  const { explicit, cacheDir, logger, signal } = options;
  if (explicit !== undefined) return explicitChromium(explicit);
  const known = await rememberedChromium(cacheDir);
  if (known !== undefined) return known;

  const folder = path.join(cacheDir, 'chromium');
  const sources: Source<Chromium>[] = [
    {
      name: "Remotion's own headless shell",
      get: () =>
        rememberFailure({ folder, name: 'remotion', signal }, () =>
          downloadRemotionChromium({ folder, logger, signal }),
        ),
    },
    { name: "Debian's chromium-headless-shell", get: systemChromium },
    {
      name: '@sparticuz/chromium from npm',
      get: () => rememberFailure({ folder, name: 'npm', signal }, () => installNpmChromium({ folder, logger, signal })),
    },
  ];
  const found = await firstAvailable('A headless Chromium', sources, CHROMIUM_HELP);
  await writeJson(rememberedFile(cacheDir), found);
  return found;
}
