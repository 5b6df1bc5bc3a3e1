import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import send from 'send';
import { contentTypeOf } from '../../../assets/file-kind/content-type.ts';
import { kindOfFile } from '../../../assets/file-kind/file-kind.ts';
import { ASSETS } from './film-files.ts';
import { frameRequest, type ExtractFrame } from './frame-request.ts';

const LOOPBACK = '127.0.0.1';

/** Serves the page and the files of one render only to the browser that draws it. */
export interface FilmServer {
  /**
   * The origin of the page: `http://<unguessable>.localhost:<port>`. Browsers resolve such a name to this machine
   * themselves.
   */
  readonly origin: string;
  readonly port: number;
  /** Replaces the served files: a map from decoded URL paths to absolute paths. */
  serve(files: ReadonlyMap<string, string>): void;
  close(): Promise<void>;
}

/**
 * The content security policy of the page. The page may load itself, its files, and frames that the server extracts
 * from its clips.
 */
const policy = (port: number): string =>
  [
    "default-src 'none'",
    "script-src 'self' 'unsafe-inline'",
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self' data:",
    "img-src 'self' data: blob:",
    "media-src 'self' data: blob:",
    `connect-src 'self' data: blob: http://localhost:${port}`,
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

function end(response: ServerResponse, status: number): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(status).end();
}

/** The decoded path of a request's URL; null when the URL is malformed. */
function pathOf(url: string): string | null {
  try {
    return decodeURIComponent(new URL(url, 'http://localhost').pathname);
  } catch {
    return null;
  }
}

/** The bytes of a client's file decide its type; the browser must not guess another. */
async function setKind(response: ServerResponse, file: string): Promise<void> {
  response.setHeader('Content-Type', contentTypeOf(await kindOfFile(file)));
  response.setHeader('X-Content-Type-Options', 'nosniff');
}

function sendFile(request: IncomingMessage, response: ServerResponse, file: string): void {
  // As with Remotion's own server, nothing is cached: a file with the same name may differ in the next film.
  response.setHeader('Cache-Control', 'no-store');
  const encoded = file.split('/').map(encodeURIComponent).join('/');
  send(request, encoded, { dotfiles: 'allow', index: false, cacheControl: false, etag: false, lastModified: false })
    .on('error', (error: { status?: number }) => end(response, error.status ?? 500))
    .on('directory', () => end(response, 404))
    .pipe(response);
}

/**
 * Starts the server on loopback, on a port that the system chooses. It refuses clients that do not know its name,
 * including web pages in other browsers.
 */
export async function startFilmServer(extractFrame: ExtractFrame): Promise<FilmServer> {
  const name = `${randomBytes(16).toString('hex')}.localhost`;
  let files: ReadonlyMap<string, string> = new Map();
  let [host, origin, port] = ['', '', 0];

  /**
   * Remotion's page requests frames of clips under another host name; the URL of the clip proves that the request comes
   * from the page.
   */
  const sendFrame = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const wanted = frameRequest(request.url ?? '', origin);
    const file = files.get(wanted?.path ?? '');
    if (wanted === null || file === undefined) return end(response, 403);
    const { time, transparent, toneMapped } = wanted;
    const picture = await extractFrame({ file, time, transparent, toneMapped });
    response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('Content-Type', picture[0] === 0x89 ? 'image/png' : 'image/bmp');
    response.end(picture);
  };

  const server = createServer((request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 403);
    if (request.headers.host === `localhost:${port}`) {
      sendFrame(request, response).catch(() => end(response, 500));
      return;
    }
    if (request.headers.host !== host) return end(response, 403);
    const url = pathOf(request.url ?? '') ?? '';
    const file = files.get(url);
    if (file === undefined) return end(response, 404);
    response.setHeader('Content-Security-Policy', policy(port));
    if (!url.startsWith(`${ASSETS}/`)) return sendFile(request, response, file);
    setKind(response, file).then(
      () => sendFile(request, response, file),
      () => end(response, 404),
    );
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
  host = `${name}:${port}`;
  origin = `http://${host}`;

  return {
    origin,
    port,
    serve(wanted) {
      files = wanted;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
