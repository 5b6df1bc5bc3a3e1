import { type HeadlessBrowser, RenderInternals } from '@remotion/renderer';
import { BROWSER } from '../browser/open-browser.ts';
import { runsOf } from '../chunks/still-runs.ts';
import { startEncoder } from '../encode/frame-encoder.ts';
import type { DrawOrder } from './messages.ts';

const MEGABYTE = 1024 * 1024;

/** The type of the server that Remotion would start; here it is the driver's own. */
export type PageServer = NonNullable<Parameters<typeof RenderInternals.internalRenderFrames>[0]['server']>;

export interface DrawControl {
  browser: HeadlessBrowser;
  /** Already serves the files of the order. */
  server: PageServer;
  browserExecutable: string;
  onFrames: (drawn: number) => void;
  onBrowserLog: (log: { type: string; text: string }) => void;
}

/** The composition with the known size and length, so that the page need not be opened once more to read them. */
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
 * Draws a picture, frame by frame, into a film without sound, while the encoder works in parallel. Frames that look
 * like the one before are not drawn again.
 * @throws the error of Remotion or ffmpeg.
 */
export async function drawChunk(order: DrawOrder, control: DrawControl): Promise<void> {
  const composition = compositionOf(order);
  const lengths = new Map(runsOf(order.picture).map(({ from, to }) => [from, to - from]));
  const encoder = startEncoder(order);
  let drawn = 0;
  const props = JSON.stringify(composition.props);
  // Only this internal function accepts a server. Otherwise Remotion starts its own, which is open to the whole
  // network.
  await RenderInternals.internalRenderFrames({
    ...BROWSER,
    composition,
    serializedInputPropsWithCustomSchema: props,
    serializedResolvedPropsWithCustomSchema: props,
    server: control.server,
    webpackBundleOrServeUrl: control.server.serveUrl,
    puppeteerInstance: control.browser,
    browserExecutable: control.browserExecutable,
    onBrowserLog: control.onBrowserLog,
    frames: [...lengths.keys()],
    outputDir: null,
    imageFormat: 'jpeg',
    jpegQuality: order.jpegQuality,
    scale: order.scale,
    muted: true,
    // Each child draws in one tab; all children together keep the cores busy.
    concurrency: 1,
    timeoutInMilliseconds: 60_000,
    mediaCacheSizeInBytes: 256 * MEGABYTE,
    onStart: null,
    onFrameUpdate: null,
    onFrameBuffer: async (jpeg, frame) => {
      for (let copies = lengths.get(frame) ?? 1; copies > 0; copies--) {
        await encoder.write(jpeg);
        control.onFrames(++drawn);
      }
    },
    // Defaults of renderFrames.
    onLog: RenderInternals.defaultOnLog,
    onDownload: null,
    onArtifact: null,
    onBrowserDownload: () => ({ version: null, onProgress: () => undefined }),
    cancelSignal: undefined,
    envVariables: {},
    everyNthFrame: 1,
    frameRange: null,
    outputFramesInSequence: false,
    indent: false,
    port: null,
    offthreadVideoCacheSizeInBytes: null,
    offthreadVideoThreads: null,
    parallelEncodingEnabled: false,
    binariesDirectory: null,
    compositionStart: 0,
    forSeamlessAacConcatenation: false,
    imageSequencePattern: null,
    sampleRate: 48_000,
  });
  await encoder.finish();
}
