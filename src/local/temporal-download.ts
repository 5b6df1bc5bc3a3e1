import { createWriteStream } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Logger } from '../logging.ts';
import { messageOf } from '../errors.ts';
import { runCommand } from './command.ts';
import { TEMPORAL_CLI_VERSION } from './temporal-settings.ts';
import { serverVersion } from './temporal-version.ts';

const LIMIT_MS = 15 * 60 * 1000;
const CONNECT_LIMIT_MS = 10_000;
const ARCHITECTURES: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', arm64: 'arm64' };

/** Where the maker offers its builds: a tar.gz with the program `temporal` in it. */
export function downloadUrl(platform: NodeJS.Platform, arch: NodeJS.Architecture): string {
  const theirs = ARCHITECTURES[arch];
  if (theirs === undefined || (platform !== 'linux' && platform !== 'darwin'))
    throw new Error(`no official build for ${platform} on ${arch} that this script could unpack`);
  return `https://temporal.download/cli/archive/v${TEMPORAL_CLI_VERSION}?platform=${platform}&arch=${theirs}`;
}

async function fetchArchive(url: string, signal: AbortSignal | undefined): Promise<Response> {
  const tooSlow = new AbortController();
  const timer = setTimeout(() => tooSlow.abort(new Error('no answer within 10 s')), CONNECT_LIMIT_MS);
  const signals = [tooSlow.signal, AbortSignal.timeout(LIMIT_MS), ...(signal === undefined ? [] : [signal])];
  try {
    const response = await fetch(url, { signal: AbortSignal.any(signals) });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    return response;
  } catch (error) {
    const reason = error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
    throw new Error(`${new URL(url).host}: ${reason}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Downloads the official program to `target`.
 * @throws when the network does not allow it, or the program does not run here.
 */
export async function downloadTemporal(options: {
  target: string;
  logger: Logger;
  signal: AbortSignal | undefined;
}): Promise<void> {
  const { target, logger, signal } = options;
  const response = await fetchArchive(downloadUrl(process.platform, process.arch), signal);
  const megabytes = Math.round(Number(response.headers.get('content-length') ?? 0) / 1e6);
  logger.info(
    `Temporal: downloading the official CLI ${TEMPORAL_CLI_VERSION}${megabytes > 0 ? ` (${megabytes} MB)` : ''}`,
  );
  if (response.body === null) throw new Error('the download is empty');
  const aside = await mkdtemp(path.join(path.dirname(target), 'download-'));
  try {
    const archive = path.join(aside, 'temporal.tar.gz');
    await pipeline(Readable.fromWeb(response.body), createWriteStream(archive), signal === undefined ? {} : { signal });
    await runCommand('tar', ['-xzf', archive, '-C', aside, 'temporal'], { timeoutMs: 60_000 });
    await serverVersion(path.join(aside, 'temporal'));
    await rename(path.join(aside, 'temporal'), target);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}
