import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from '../../logging.ts';
import type { Chromium } from './version.ts';
import { browserVersion } from './version.ts';
import { runCommand } from '../command.ts';

const PACKAGE = '@sparticuz/chromium';
/** The last version that runs on Node 20. */
const VERSION = '147.0.0';
const INSTALL_LIMIT_MS = 10 * 60 * 1000;
const UNPACK_LIMIT_MS = 2 * 60 * 1000;

/** The package unpacks into the temporary folder, and unpacks its libraries only if it detects AWS. */
const unpackEnvironment = (folder: string): Record<string, string> => ({
  TMPDIR: folder,
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x',
});
const UNPACK = `import(process.argv[1]).then(({ default: chromium }) => chromium.executablePath());`;

/** It replaces itself with the browser (`exec`), so that a signal to its pid reaches the browser. */
const LAUNCHER = `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
LD_LIBRARY_PATH="$here/al2023/lib\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" exec "$here/chromium" "$@"
`;

async function npmInstall(folder: string, signal: AbortSignal | undefined): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'package.json'), '{"private":true}\n');
  const cli = process.env['npm_execpath'];
  const [file, args] = cli?.endsWith('npm-cli.js') === true ? [process.execPath, [cli]] : ['npm', []];
  const install = ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', `${PACKAGE}@${VERSION}`];
  await runCommand(file, [...args, ...install], { cwd: folder, timeoutMs: INSTALL_LIMIT_MS, signal });
}

/**
 * The binary, if the system has its libraries (NSS, NSPR, expat); otherwise a launcher that uses the libraries of the
 * package.
 */
async function executableIn(folder: string): Promise<string> {
  const binary = path.join(folder, 'chromium');
  const runs = await browserVersion(binary).then(
    () => true,
    () => false,
  );
  if (runs) return binary;
  const launcher = path.join(folder, 'chromium-with-libraries');
  await writeFile(launcher, LAUNCHER);
  await chmod(launcher, 0o755);
  return launcher;
}

/**
 * Installs Chromium from an npm package into `folder` (about 270 MB), for machines that can reach no other source.
 * @throws if npm cannot reach its registry, and on systems other than Linux on x64.
 */
export async function installNpmChromium(options: {
  folder: string;
  logger: Logger;
  signal: AbortSignal | undefined;
}): Promise<Chromium> {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('made for Linux on x64 only');
  const place = path.join(options.folder, `npm-${VERSION}`);
  options.logger.info(`Chromium: installing ${PACKAGE}@${VERSION} from npm (75 MB, 270 MB unpacked)`);
  const packages = path.join(options.folder, 'npm-packages');
  await npmInstall(packages, options.signal);
  // Unpacked into another folder and renamed, so that a killed start leaves no incomplete browser.
  const aside = await mkdtemp(path.join(options.folder, 'unpacking-'));
  const entry = path.join(packages, 'node_modules', PACKAGE, 'build', 'esm', 'index.js');
  await runCommand(process.execPath, ['-e', UNPACK, entry], {
    env: unpackEnvironment(aside),
    timeoutMs: UNPACK_LIMIT_MS,
    signal: options.signal,
  });
  await rm(place, { recursive: true, force: true });
  await rename(aside, place);
  await rm(packages, { recursive: true, force: true });
  const executable = await executableIn(place);
  return { executable, source: `${PACKAGE} from npm`, version: await browserVersion(executable) };
}
