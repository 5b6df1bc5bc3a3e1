import { setTimeout as sleep } from 'node:timers/promises';
import type { Core } from '../core.ts';
import type { Strike } from '../faults.ts';
import type { RequestRecord } from '../stats.ts';
import type { Job } from './prepare.ts';
import { synthesise } from './synthesise.ts';

/** The generator raised an exception: the answer is cut. */
export class GeneratorFailure extends Error {
  override name = 'GeneratorFailure';
}

export interface Generation {
  job: Job;
  strike: Strike;
  record: RequestRecord;
  /** Draws from −1 to 1 for every segment. */
  variation: () => number;
}

const bytesOf = (samples: Int16Array): Buffer => Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);

/** Too short is a clean body with a tenth of the speech, too long one that hums on for ten times as much. */
function withWrongLength(samples: Int16Array, length: Strike['length']): Int16Array {
  if (length === undefined) return samples;
  if (length === 'short') return samples.slice(0, Math.round(samples.length / 10));
  const long = new Int16Array(samples.length * 11);
  for (let at = 0; at < long.length; at += samples.length) long.set(samples, at);
  return long;
}

/**
 * The speech of one request, segment by segment. The next segment begins when the last one was taken; one that was
 * begun is finished, whoever still listens.
 * @throws GeneratorFailure
 */
export async function* generate(core: Core, { job, strike, record, variation }: Generation): AsyncGenerator<Buffer> {
  const { settings, speaker, counters, signal } = core;
  if (job.failure !== undefined) throw new GeneratorFailure(job.failure);
  if (strike.empty) return;
  // Empty text gives no tokens, and no tokens give no sound.
  if (job.text === '') throw new GeneratorFailure('RuntimeError: Calculated padded input size per channel: (0)');
  for (const [index, segment] of job.segments.entries()) {
    if (index === 0) counters.begin(record);
    counters.change(record, { segmentsBegun: index + 1 });
    const deps = { speaker, sampleRate: strike.rate ?? settings.sampleRate, variation: variation() };
    const spoken = synthesise(job, segment, deps).subarray(0, settings.maxSegmentSeconds * settings.sampleRate);
    const samples = withWrongLength(spoken, strike.length);
    if (strike.silent) samples.fill(0);
    await sleep(settings.segmentMs + (index === 0 ? strike.extraMs : 0), undefined, { signal });
    if (index === 0 && strike.hang !== undefined) {
      if (strike.hang === 'bytes') yield bytesOf(samples.subarray(0, samples.length >> 1));
      await core.released(record.at);
      throw new GeneratorFailure('the sampling was stopped');
    }
    counters.change(record, { segmentsDone: index + 1 });
    yield bytesOf(samples);
  }
}
