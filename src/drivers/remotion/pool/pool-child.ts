import { type HeadlessBrowser, RenderInternals } from '@remotion/renderer';
import { openFilmBrowser } from '../browser/open-browser.ts';
import { drawChunk } from './draw-chunk.ts';
import { filmFiles } from '../page/film-files.ts';
import { startFilmServer } from '../page/film-server.ts';
import { createCompositor, createFrameExtractor } from '../page/frame-extractor.ts';
import type { ChildMessage, DrawOrder } from './messages.ts';
import { lowerPriority } from '../../../host/lower-priority.ts';
import { killMarked, PROCESS_MARK } from '../../../host/marked-processes.ts';

/**
 * Draws chunks, one after another, with a browser that stays open between them. It is a separate process, because some
 * failures of Remotion end their process.
 */

const BROWSER_LINES = 20;
const COMPOSITOR_BYTES = 256 * 1024 * 1024;

// The browser and ffmpeg inherit the priority, so that a render does not starve the machine.
lowerPriority();

const say = (message: ChildMessage): void => {
  if (process.connected) process.send?.(message);
};

/** The parent kills this process after it has read the message. */
function fail(error: unknown): void {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  say({ type: 'failed', message, stack: stack ?? '' });
}
// Remotion throws some errors a second time where no caller can catch them.
process.on('unhandledRejection', fail);
process.on('uncaughtException', fail);

// Without the parent, the film is useless.
process.on('disconnect', () => {
  killMarked(process.env[PROCESS_MARK] ?? '');
  process.kill(-process.pid, 'SIGKILL');
});

const [browserExecutable = '', sandbox] = process.argv.slice(2);
let isSpent = false;
const compositor = createCompositor(COMPOSITOR_BYTES);
const starting = startFilmServer(createFrameExtractor(compositor));
const opened: Promise<HeadlessBrowser> = openFilmBrowser(browserExecutable, sandbox === 'sandbox').then((browser) => {
  // Otherwise Remotion would continue with another browser, which nothing closes.
  browser.on('closed', () => (isSpent = true));
  browser.on('closed-silent', () => (isSpent = true));
  return browser;
});
// The first order reports the failure.
opened.catch(() => undefined);
starting.catch(() => undefined);
const downloadMap = RenderInternals.makeDownloadMap(48_000);

async function draw(order: DrawOrder): Promise<void> {
  let lines = 0;
  const [browser, server] = await Promise.all([opened, starting]);
  server.serve(await filmFiles(order));
  await drawChunk(order, {
    browser,
    browserExecutable,
    server: {
      serveUrl: `${server.origin}/index.html`,
      offthreadPort: server.port,
      compositor,
      downloadMap,
      sourceMap: () => null,
      closeServer: () => Promise.resolve(),
    },
    onFrames: (frames) => say({ type: 'drawn', frames }),
    onBrowserLog({ type, text }) {
      if ((type !== 'error' && type !== 'warning') || text.startsWith('JSHandle@')) return;
      if (lines++ < BROWSER_LINES) say({ type: 'log', line: `browser ${type}: ${text}` });
    },
  });
  server.serve(new Map());
  say({ type: 'done', isSpent });
}

process.on('message', (order: DrawOrder) => void draw(order).catch(fail));
