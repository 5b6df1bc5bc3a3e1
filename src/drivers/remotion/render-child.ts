import { constants, setPriority } from 'node:os';
import { openBrowser, renderMedia, selectComposition } from '@remotion/renderer';
import type { ChildMessage, RenderOrder, RenderProgress } from './messages.ts';
import { killRender, RENDER_MARK } from './strays.ts';

/** Renders one film and says how it goes over IPC. A process of its own, because some failures of Remotion end their process. */

const MEGABYTE = 1024 * 1024;
const BROWSER_LINES = 20;

setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

const say = (message: ChildMessage): void => {
  if (process.connected) process.send?.(message);
};

/** The parent kills this process once it has read the message. */
function fail(error: unknown): void {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  say({ type: 'failed', message, stack: stack ?? '' });
}
process.on('unhandledRejection', fail);
process.on('uncaughtException', fail);

// Without a parent nobody wants the film.
process.on('disconnect', () => {
  killRender(process.env[RENDER_MARK] ?? '');
  process.kill(-process.pid, 'SIGKILL');
});

let browserLines = 0;
function onBrowserLog({ type, text }: { type: string; text: string }): void {
  if (type !== 'error' && type !== 'warning') return;
  if (browserLines++ < BROWSER_LINES) say({ type: 'log', line: `browser ${type}: ${text}` });
}

async function render(order: RenderOrder): Promise<void> {
  const { bundle: serveUrl, props: inputProps, browserExecutable, concurrency } = order;
  const shared = {
    chromiumOptions: {},
    chromeMode: 'headless-shell',
    logLevel: 'error',
    timeoutInMilliseconds: 60_000,
    offthreadVideoCacheSizeInBytes: 256 * MEGABYTE,
    mediaCacheSizeInBytes: 512 * MEGABYTE,
  } as const;
  const puppeteerInstance = await openBrowser('chrome', { browserExecutable, ...shared });
  const common = { ...shared, serveUrl, inputProps, browserExecutable, puppeteerInstance, onBrowserLog };
  const composition = await selectComposition({ ...common, id: 'film' });

  const totalFrames = composition.durationInFrames;
  let last = '';
  const progress = (renderedFrames: number, encodedFrames: number): void => {
    const state = `${renderedFrames} ${encodedFrames}`;
    if (state === last) return;
    last = state;
    const stage: RenderProgress['stage'] =
      renderedFrames === 0 ? 'starting' : renderedFrames < totalFrames ? 'rendering' : 'encoding';
    say({ type: 'progress', renderedFrames, encodedFrames, totalFrames, stage });
  };
  progress(0, 0);

  await renderMedia({
    ...common,
    composition,
    outputLocation: order.outputFile,
    overwrite: true,
    concurrency,
    codec: 'h264',
    x264Preset: 'veryfast',
    crf: 18,
    jpegQuality: 92,
    colorSpace: 'bt709',
    hardwareAcceleration: 'disable',
    // Players, and what later joins films, expect every film to have a sound track.
    enforceAudioTrack: true,
    onProgress: ({ renderedFrames, encodedFrames }) => progress(renderedFrames, encodedFrames),
    ...(order.licenseKey === undefined ? {} : { licenseKey: order.licenseKey }),
  });
  say({ type: 'done' });
}

process.once('message', (order: RenderOrder) => void render(order).catch(fail));
