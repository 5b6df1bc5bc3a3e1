import { createRequire } from 'node:module';
import path from 'node:path';
import { RenderInternals } from '@remotion/renderer';
import type { PageServer } from '../pool/draw-chunk.ts';
import type { ExtractFrame } from './frame-request.ts';

/** Remotion's own program that extracts pictures from films. */
type Compositor = PageServer['compositor'];

interface CompositorModule {
  makeLazyCompositor: (options: {
    maximumFrameCacheItemsInBytes: number;
    logLevel: 'error';
    indent: boolean;
    binariesDirectory: null;
    extraThreads: number;
  }) => Compositor;
}

/**
 * Creates a compositor that starts with the first picture. Remotion exports it only together with a server that listens
 * on the whole network, so this imports the internal module by its path.
 */
export function createCompositor(cacheBytes: number): Compositor {
  const require = createRequire(import.meta.url);
  const module = path.join(path.dirname(require.resolve('@remotion/renderer')), 'compositor', 'compositor.js');
  const { makeLazyCompositor } = require(module) as CompositorModule;
  return makeLazyCompositor({
    maximumFrameCacheItemsInBytes: cacheBytes,
    logLevel: 'error',
    indent: false,
    binariesDirectory: null,
    extraThreads: RenderInternals.DEFAULT_RENDER_FRAMES_OFFTHREAD_VIDEO_THREADS,
  });
}

export const createFrameExtractor =
  (compositor: Compositor): ExtractFrame =>
  ({ file, time, transparent, toneMapped }) =>
    compositor.executeCommand('ExtractFrame', {
      src: file,
      original_src: file,
      time,
      transparent,
      tone_mapped: toneMapped,
    });
