import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Logger } from '../../logging.ts';
import type { Chromium } from './version.ts';
import { browserVersion } from './version.ts';
import { runCommand } from '../command.ts';

const LIMIT_MS = 15 * 60 * 1000;
const STEP_PERCENT = 20;
const EXECUTABLE = 'executable ';
const FAILED = 'failed ';

/** Runs in its own process: without a network, Remotion throws its error a second time where no caller can catch it. */
const SCRIPT = `
const fail = (error) => { console.log('${FAILED}' + error.message); process.exit(1); };
process.on('unhandledRejection', fail);
const onProgress = ({ percent }) => console.log('percent ' + percent);
require(process.argv[1])
  .ensureBrowser({ logLevel: 'error', onBrowserDownload: () => ({ version: null, onProgress }) })
  .then(({ path }) => console.log('${EXECUTABLE}' + path), fail);
`;

/**
 * Downloads Remotion's own headless shell into `<folder>/remotion`, unless it exists. Remotion puts it below the
 * nearest package.json of its working folder. This function uses a folder of its own, because `npm ci` empties
 * node_modules.
 * @throws if the download fails.
 */
export async function downloadRemotionChromium(options: {
  folder: string;
  logger: Logger;
  signal: AbortSignal | undefined;
}): Promise<Chromium> {
  const { logger, signal } = options;
  const cwd = path.join(options.folder, 'remotion');
  await mkdir(cwd, { recursive: true });
  await writeFile(path.join(cwd, 'package.json'), '{"private":true}\n');
  const renderer = createRequire(import.meta.url).resolve('@remotion/renderer');
  let executable: string | undefined;
  let reason = 'Remotion named no browser';
  let said = -1;
  const onLine = (line: string): void => {
    if (line.startsWith(EXECUTABLE)) executable = line.slice(EXECUTABLE.length);
    if (line.startsWith(FAILED)) reason = line.slice(FAILED.length);
    if (!line.startsWith('percent ')) return;
    const step = Math.floor((Number(line.split(' ')[1]) * 100) / STEP_PERCENT);
    if (step > said)
      logger.info(`Chromium: downloading Remotion's headless shell (about 110 MB), ${step * STEP_PERCENT} %`);
    said = Math.max(said, step);
  };
  await runCommand(process.execPath, ['-e', SCRIPT, renderer], { cwd, timeoutMs: LIMIT_MS, signal, onLine }).catch(
    (error: unknown) => {
      throw new Error(reason, { cause: error });
    },
  );
  if (executable === undefined) throw new Error(reason);
  return { executable, source: "Remotion's own headless shell", version: await browserVersion(executable) };
}
