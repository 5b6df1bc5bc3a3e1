import path from 'node:path';
import { z } from 'zod';
import { readJson, writeJson } from '../../../host/json-file.ts';

/**
 * The assumed time of one child for a frame before anything was measured, in seconds: a base, and a time for each
 * megapixel.
 */
const BASE_SECONDS = 0.03;
const MEGAPIXEL_SECONDS = 0.055;
/** The time for encoding a frame that looks like the one before, in seconds for each megapixel. */
const REPEATED_SECONDS = 0.004;
/** The weight of a new measurement. */
const WEIGHT = 0.3;

const remembered = z.record(z.string(), z.number().positive());

const guess = (pixels: number): number => 1 / (BASE_SECONDS + (MEGAPIXEL_SECONDS * pixels) / 1e6);

/** How many frames a second one child makes, by the size of the picture; stored between runs. */
export interface RenderSpeed {
  /**
   * @param pixels of one frame as it is encoded
   * @param drawnShare the share of the frames that is drawn; every other frame looks like the one before
   */
  framesPerSecond(pixels: number, drawnShare: number): Promise<number>;
  /** @param drawnPerSecond frames that were drawn, not repeated */
  note(pixels: number, drawnPerSecond: number): Promise<void>;
}

export function createRenderSpeed(cacheDir: string): RenderSpeed {
  const file = path.join(cacheDir, 'render-speed.json');
  const read = async (): Promise<Record<string, number>> => remembered.safeParse(await readJson(file)).data ?? {};
  return {
    async framesPerSecond(pixels, drawnShare) {
      const drawnPerSecond = (await read())[pixels] ?? guess(pixels);
      return 1 / (drawnShare / drawnPerSecond + (REPEATED_SECONDS * pixels) / 1e6);
    },
    async note(pixels, drawnPerSecond) {
      const known = await read();
      const before = known[pixels] ?? drawnPerSecond;
      known[pixels] = before + WEIGHT * (drawnPerSecond - before);
      await writeJson(file, known);
    },
  };
}
