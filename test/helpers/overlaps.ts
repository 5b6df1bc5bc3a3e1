import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PROCESS_MARK } from '../../src/host/marked-processes.ts';
import type { Submission } from '../../src/simulators/comfyui/stats.ts';

export interface OverlapWatch {
  /** @returns how often a film was seen being drawn, and what ran at the same time, in words. */
  stop(submissions: readonly Submission[]): { looks: number; overlaps: string[] };
}

const LOOK_MS = 100;

/**
 * The pools of render children that draw now for a card. Between two films they are there too, but then nothing is
 * encoded.
 */
function drawingFor(gpuId: string): Set<string> {
  const pools = new Set<string>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readFileSync(`/proc/${pid}/comm`, 'utf8').trim() !== 'ffmpeg') continue;
      const entries = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      const mark = entries.find((entry) => entry.startsWith(`${PROCESS_MARK}=`));
      if (mark !== undefined && entries.includes(`GPU_ID=${gpuId}`)) pools.add(path.dirname(mark));
    } catch {
      // Gone meanwhile, or another user's.
    }
  }
  return pools;
}

/** Looks again and again who draws for a card. */
export function watchOverlaps(gpuId: string): OverlapWatch {
  const looks: { from: number; to: number; pools: Set<string> }[] = [];
  const timer = setInterval(() => {
    const from = Date.now();
    const pools = drawingFor(gpuId);
    if (pools.size > 0) looks.push({ from, to: Date.now(), pools });
  }, LOOK_MS);
  return {
    stop(submissions) {
      clearInterval(timer);
      const overlaps = looks.flatMap(({ from, to, pools }) => {
        const names = [...pools].join(' and ');
        const prompts = submissions.filter(
          // One that was there during the whole look was there together with what was seen.
          ({ submittedAt, endedAt }) => submittedAt <= from && (endedAt ?? Infinity) >= to,
        );
        return [
          ...(pools.size > 1 ? [`at ${from}: ${names}`] : []),
          ...prompts.map(({ id }) => `at ${from}: ${names} and prompt ${id}`),
        ];
      });
      return { looks: looks.length, overlaps };
    },
  };
}
