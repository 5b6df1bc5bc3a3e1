import { type HeadlessBrowser, renderFrames } from '@remotion/renderer';
import { runsOf } from './still-runs.ts';
import { startEncoder } from './frame-encoder.ts';
import type { DrawOrder } from './messages.ts';

const MEGABYTE = 1024 * 1024;

/** How every browser of ours is opened. */
export const BROWSER = { chromiumOptions: {}, chromeMode: 'headless-shell', logLevel: 'error' } as const;

export interface DrawControl {
  browser: HeadlessBrowser;
  browserExecutable: string;
  onFrames: (drawn: number) => void;
  onBrowserLog: (log: { type: string; text: string }) => void;
}

/** Of a film whose sizes are known there is nothing to be asked: this saves opening the page once more. */
function compositionOf({ picture }: DrawOrder) {
  const { width, height, fps, durationInFrames } = picture;
  const props = { picture };
  const none = {
    defaultCodec: null,
    defaultOutName: null,
    defaultVideoImageFormat: null,
    defaultPixelFormat: null,
    defaultProResProfile: null,
    defaultSampleRate: null,
  };
  return { id: 'film', width, height, fps, durationInFrames, defaultProps: props, props, ...none };
}

/**
 * Draws a picture, frame after frame, into a film without sound; the encoder works beside the browser. Frames that look like the one
 * before are not drawn again.
 * @throws what Remotion or ffmpeg had to say.
 */
export async function drawChunk(order: DrawOrder, control: DrawControl): Promise<void> {
  const composition = compositionOf(order);
  const lengths = new Map(runsOf(order.picture).map(({ from, to }) => [from, to - from]));
  const encoder = startEncoder(order);
  let drawn = 0;
  await renderFrames({
    ...BROWSER,
    composition,
    inputProps: composition.props,
    serveUrl: order.bundle,
    puppeteerInstance: control.browser,
    browserExecutable: control.browserExecutable,
    onBrowserLog: control.onBrowserLog,
    frames: [...lengths.keys()],
    outputDir: null,
    imageFormat: 'jpeg',
    jpegQuality: order.jpegQuality,
    scale: order.scale,
    muted: true,
    // Each child draws in one tab: with the others it keeps all cores busy.
    concurrency: 1,
    timeoutInMilliseconds: 60_000,
    offthreadVideoCacheSizeInBytes: 256 * MEGABYTE,
    mediaCacheSizeInBytes: 256 * MEGABYTE,
    onStart: () => undefined,
    onFrameUpdate: () => undefined,
    onFrameBuffer: async (jpeg, frame) => {
      for (let copies = lengths.get(frame) ?? 1; copies > 0; copies--) {
        await encoder.write(jpeg);
        control.onFrames(++drawn);
      }
    },
  });
  await encoder.finish();
}
