import { renderTimeline } from '../../activities/render-timeline.ts';
import type { RemotionDriver } from '../drivers/remotion/driver.ts';
import { findChromium } from '../host/chromium/find-chromium.ts';
import { renderPlaces } from '../prepare/render-places.ts';
import { createPrepareRender } from '../prepare/prepare-render.ts';
import type { EngineDeps, TaskEngine } from './engine.ts';

/** @throws Error with the remedies if there is no Chromium. */
async function createDriver({ config, logger }: EngineDeps, signal: AbortSignal): Promise<RemotionDriver> {
  const { assets, cacheDir, render } = config;
  const chromium = await findChromium({ explicit: render.chromiumExecutable, cacheDir, logger, signal });
  // Only the GPU worker loads it, because it is large, and the API and its threads need no renderer.
  const { createRemotionDriver } = await import('../drivers/remotion/driver.ts');
  return createRemotionDriver({
    assetRoot: assets.root,
    cacheDir,
    browserExecutable: chromium.executable,
    silenceSeconds: render.silenceSeconds,
    encoder: render.encoder,
    logger,
    ...(render.concurrency === undefined ? {} : { concurrency: render.concurrency }),
    ...(render.licenseKey === undefined ? {} : { licenseKey: render.licenseKey }),
  });
}

/** @param given the driver; `open` creates it if it is absent. */
export function createRemotionEngine(deps: EngineDeps, given?: RemotionDriver): TaskEngine<'remotion_render'> {
  let driver = given;
  return {
    prepare: ({ assets }) => createPrepareRender(assets),
    filePlaces: () => renderPlaces,
    async open(signal) {
      driver ??= await createDriver(deps, signal);
      await driver.prepare(signal);
    },
    async work({ input }, attempt) {
      if (driver === undefined) throw new Error('The renderer was not opened');
      return renderTimeline({ assets: deps.config.assets, remotion: driver }, input, attempt);
    },
    close: async () => driver?.close(),
  };
}
