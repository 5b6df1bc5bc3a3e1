import { constants, setPriority } from 'node:os';
import { renderMedia, selectComposition } from '@remotion/renderer';
import type { ChildMessage, RenderOrder, RenderProgress } from './messages.ts';
import { killRender, RENDER_MARK } from './strays.ts';

/** Renders one film and says how it goes over IPC. A process of its own, because some failures of Remotion end their process. */

const MEGABYTE = 1024 * 1024;
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
process.on('unhandledRejection', fail);
process.on('uncaughtException', fail);

// Without a parent nobody wants the film.
process.on('disconnect', () => {
  killRender(process.env[RENDER_MARK] ?? '');
  process.kill(-process.pid, 'SIGKILL');
});

let browserLines = 0;
function onBrowserLog({ type, text }: { type: string; text: string }): void {
  if ((type !== 'error' && type !== 'warning') || text.startsWith('JSHandle@')) return;
  if (browserLines++ < BROWSER_LINES) say({ type: 'log', line: `browser ${type}: ${text}` });
}

async function render(order: RenderOrder): Promise<void> {
  const { bundle: serveUrl, timeline, browserExecutable, concurrency } = order;
  const shared = {
    chromiumOptions: {},
    chromeMode: 'headless-shell',
    logLevel: 'error',
    timeoutInMilliseconds: 60_000,
    offthreadVideoCacheSizeInBytes: 256 * MEGABYTE,
    mediaCacheSizeInBytes: 512 * MEGABYTE,
  } as const;
  // Each of the two calls opens a browser of its own: with one for both, Remotion 4.0.527 pauses for 5 s before it finishes the
  // file in two runs of three (measured), which costs more than the 0.3 s saved.
  const common = { ...shared, serveUrl, inputProps: { timeline }, browserExecutable, onBrowserLog };
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
