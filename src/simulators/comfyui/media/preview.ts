import type { Made } from '../nodes/node-class.ts';

/** What a sampler shows of its work. @param share of the steps that are done, 0 to 1. */
export function previewJpeg(_made: Made, _share: number): Buffer {
  return Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex');
}
