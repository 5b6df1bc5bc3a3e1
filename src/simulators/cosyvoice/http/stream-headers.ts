import type { Wrapper } from '../options.ts';

/** Headers of a streamed answer; upstream sends none at all, not even a content type. */
export function streamHeaders(wrapper: Wrapper, sampleRate: number): Record<string, string> {
  if (wrapper === 'l16') return { 'content-type': `audio/L16;rate=${sampleRate}` };
  if (wrapper === 'x-sample-rate') return { 'X-Sample-Rate': String(sampleRate) };
  if (wrapper === 'wav' || wrapper === 'wav-stream') return { 'content-type': 'audio/wav' };
  return {};
}
