import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { isFolderType } from '../folders.ts';
import { useUp } from '../faults.ts';
import { empty, get, type Answer, type Call, type Route } from './route.ts';

const TYPES: Record<string, string> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.mp4': 'video/mp4',
  '.webm': 'video/webm',
  '.mkv': 'video/x-matroska',
  '.mp3': 'audio/mpeg',
  '.flac': 'audio/x-flac',
  '.wav': 'audio/x-wav',
};

/** `bytes=from-to` of a file, or undefined when the header asks for nothing that there is. */
function rangeOf(header: string, size: number): [from: number, to: number] | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header);
  if (match === null) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '') return last === '' ? undefined : [Math.max(0, size - Number(last)), size - 1];
  const from = Number(first);
  return from < size ? [from, last === '' ? size - 1 : Math.min(Number(last), size - 1)] : undefined;
}

/** Sends headers that promise more than comes, then cuts the connection. */
function breakOff({ response }: Call, body: Buffer, headers: Record<string, string>): 'handled' {
  response.writeHead(200, { ...headers, 'Content-Length': String(body.length) });
  response.write(body.subarray(0, body.length >> 1), () => response.socket?.destroy());
  return 'handled';
}

/** All refusals have empty bodies. */
async function view(call: Call): Promise<Answer | 'handled'> {
  const { core, request, url } = call;
  const filename = url.searchParams.get('filename');
  if (filename === null) return empty(404);
  const type = url.searchParams.get('type') ?? 'output';
  if (filename.startsWith('/') || filename.includes('..') || !isFolderType(type)) return empty(400);
  const folder = core.folders.inside(type, url.searchParams.get('subfolder') ?? '');
  if (folder === undefined) return empty(403);
  const file = path.join(folder, path.basename(filename));
  const info = await stat(file).catch(() => undefined);
  if (info === undefined || !info.isFile()) return empty(404);
  core.counters.count('downloads');
  const body = await readFile(file);
  const headers = {
    'Content-Type': TYPES[path.extname(file).toLowerCase()] ?? 'application/octet-stream',
    'Content-Disposition': `filename="${path.basename(filename)}"`,
    ETag: `"${Math.round(info.mtimeMs * 1e6).toString(16)}-${info.size.toString(16)}"`,
    'Last-Modified': info.mtime.toUTCString(),
    'Accept-Ranges': 'bytes',
  };
  if (request.method !== 'HEAD' && useUp(core.faults, 'brokenDownloads')) return breakOff(call, body, headers);
  if (request.headers['if-none-match'] === headers.ETag) return { status: 304, headers: { ETag: headers.ETag } };
  if (request.headers.range === undefined) return { status: 200, body, headers };
  const range = rangeOf(request.headers.range, body.length);
  if (range === undefined) return { status: 416, headers: { 'Content-Range': `bytes */${body.length}` } };
  const [from, to] = range;
  return {
    status: 206,
    body: body.subarray(from, to + 1),
    headers: { ...headers, 'Content-Range': `bytes ${from}-${to}/${body.length}` },
  };
}

export const viewRoutes: Route[] = [get(/^\/view$/, view)];
