import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Logger } from '../../logging.ts';
import { messageOf } from '../../errors.ts';
import { runCommand } from '../../host/command.ts';
import { TEMPORAL_CLI_SHA256, TEMPORAL_CLI_VERSION } from './settings.ts';
import { serverVersion } from './version.ts';

const LIMIT_MS = 15 * 60 * 1000;
const CONNECT_LIMIT_MS = 10_000;
const ARCHITECTURES: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', arm64: 'arm64' };

/** A tar.gz with the program `temporal`, and its expected hash. */
export interface TemporalArchive {
  url: string;
  sha256: string;
}

/** The address of the official builds. */
export function officialArchive(platform: NodeJS.Platform, arch: NodeJS.Architecture): TemporalArchive {
  const theirs = ARCHITECTURES[arch];
  const sha256 = TEMPORAL_CLI_SHA256[`${platform} ${theirs}`];
  if (theirs === undefined || sha256 === undefined)
    throw new Error(`no official build for ${platform} on ${arch} that this script could unpack`);
  const url = `https://temporal.download/cli/archive/v${TEMPORAL_CLI_VERSION}?platform=${platform}&arch=${theirs}`;
  return { url, sha256 };
}

/**
 * Writes a download to a file. @throws if it is not the published archive; then nothing of it has been run or unpacked.
 */
async function saveArchive(
  body: ReadableStream,
  file: string,
  { archive, signal }: { archive: TemporalArchive; signal: AbortSignal | undefined },
): Promise<void> {
  const hash = createHash('sha256');
  const hashing = async function* hashing(parts: AsyncIterable<Uint8Array>) {
    for await (const part of parts) {
      hash.update(part);
      yield part;
    }
  };
  const options = signal === undefined ? {} : { signal };
  await pipeline(Readable.fromWeb(body), hashing, createWriteStream(file), options);
  const found = hash.digest('hex');
  if (found !== archive.sha256)
    throw new Error(
      `the file from ${new URL(archive.url).host} is not the published archive (SHA-256 ${found} instead of ${archive.sha256}) and was not used`,
    );
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
 * @throws if the download fails, the archive is not the published one, or the program does not run on this machine.
 */
export async function downloadTemporal(options: {
  target: string;
  logger: Logger;
  signal: AbortSignal | undefined;
  /** Default: the official archive for this machine. */
  archive?: TemporalArchive;
}): Promise<void> {
  const { target, logger, signal } = options;
  const archive = options.archive ?? officialArchive(process.platform, process.arch);
  const response = await fetchArchive(archive.url, signal);
  const megabytes = Math.round(Number(response.headers.get('content-length') ?? 0) / 1e6);
  logger.info(
    `Temporal: downloading the official CLI ${TEMPORAL_CLI_VERSION}${megabytes > 0 ? ` (${megabytes} MB)` : ''}`,
  );
  if (response.body === null) throw new Error('the download is empty');
  const aside = await mkdtemp(path.join(path.dirname(target), 'download-'));
  try {
    const file = path.join(aside, 'temporal.tar.gz');
    await saveArchive(response.body, file, { archive, signal });
    await runCommand('tar', ['-xzf', file, '-C', aside, 'temporal'], { timeoutMs: 60_000 });
    await serverVersion(path.join(aside, 'temporal'));
    await rename(path.join(aside, 'temporal'), target);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}
