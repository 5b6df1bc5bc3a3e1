import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from '../../logging.ts';
import { findProgram, runCommand } from '../../host/command.ts';
import { projectRoot } from '../../host/project.ts';
import { serverVersion } from './version.ts';

const LIMIT_MS = 60 * 60 * 1000;
const REPORT_MS = 20_000;
/** How many packages the build compiles when its cache is empty. */
const PACKAGES = 1700;

/**
 * Builds the official CLI from its Go modules, in the versions that `tools/temporal` pins, to `target`. Needs Go and a
 * Go module proxy.
 * @throws if Go is missing or the build fails.
 */
export async function buildTemporal(options: {
  target: string;
  logger: Logger;
  signal: AbortSignal | undefined;
}): Promise<void> {
  const { target, logger, signal } = options;
  const go = await findProgram('go');
  if (go === undefined) throw new Error('Go is not installed');
  logger.info(
    'Temporal: building the official CLI with Go, once. It takes 4 to 7 minutes on 2 cores, some 3.5 GB of module and build caches, and makes a program of 140 MB.',
  );
  const began = Date.now();
  let compiled = 0;
  const report = setInterval(() => {
    const seconds = Math.round((Date.now() - began) / 1000);
    const what = compiled === 0 ? 'fetching modules' : `${compiled} of some ${PACKAGES} packages compiled`;
    logger.info(`Temporal: building, ${seconds} s, ${what}`);
  }, REPORT_MS);
  const unfinished = `${target}.${process.pid}.unfinished`;
  try {
    const args = [
      'build',
      '-v',
      '-trimpath',
      '-ldflags=-s -w',
      '-o',
      unfinished,
      'github.com/temporalio/cli/cmd/temporal',
    ];
    await runCommand(go, args, {
      cwd: path.join(projectRoot(), 'tools', 'temporal'),
      env: { CGO_ENABLED: '0' },
      timeoutMs: LIMIT_MS,
      signal,
      onLine: (line) => {
        if (!line.startsWith('go: ')) compiled += 1;
      },
    });
    await serverVersion(unfinished);
    await rename(unfinished, target);
    logger.info(`Temporal: built in ${Math.round((Date.now() - began) / 1000)} s`);
  } finally {
    clearInterval(report);
    await rm(unfinished, { force: true });
  }
}
