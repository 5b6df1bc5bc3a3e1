import { constants, setPriority } from 'node:os';
import { type HeadlessBrowser, openBrowser } from '@remotion/renderer';
import { BROWSER, drawChunk } from './draw-chunk.ts';
import type { ChildMessage, DrawOrder } from './messages.ts';
import { killRender, RENDER_MARK } from './strays.ts';

/**
 * Draws chunks, one after the other, with a browser that stays open between them. A process of its own, because some failures of
 * Remotion end their process.
 */

const BROWSER_LINES = 20;

// Inherited by the browser and ffmpeg: a render must not starve the box that it runs on.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

const say = (message: ChildMessage): void => {
  if (process.connected) process.send?.(message);
};

/** The parent kills this process once it has read the message. */
function fail(error: unknown): void {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  say({ type: 'failed', message, stack: stack ?? '' });
}
// Remotion throws some failures a second time, past whoever awaits it.
process.on('unhandledRejection', fail);
process.on('uncaughtException', fail);

// Without a parent nobody wants the film.
process.on('disconnect', () => {
  killRender(process.env[RENDER_MARK] ?? '');
  process.kill(-process.pid, 'SIGKILL');
});

const [browserExecutable = ''] = process.argv.slice(2);
let isSpent = false;
const opened: Promise<HeadlessBrowser> = openBrowser('chrome', { ...BROWSER, browserExecutable }).then((browser) => {
  // Remotion goes on with a browser of its own, which nobody would close.
  browser.on('closed', () => (isSpent = true));
  browser.on('closed-silent', () => (isSpent = true));
  return browser;
});
// Told with the first order.
opened.catch(() => undefined);

async function draw(order: DrawOrder): Promise<void> {
  let lines = 0;
  await drawChunk(order, {
    browser: await opened,
    browserExecutable,
    onFrames: (frames) => say({ type: 'drawn', frames }),
    onBrowserLog({ type, text }) {
      if ((type !== 'error' && type !== 'warning') || text.startsWith('JSHandle@')) return;
      if (lines++ < BROWSER_LINES) say({ type: 'log', line: `browser ${type}: ${text}` });
    },
  });
  say({ type: 'done', isSpent });
}

process.on('message', (order: DrawOrder) => void draw(order).catch(fail));
