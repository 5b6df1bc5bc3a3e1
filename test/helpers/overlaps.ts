import { readdirSync, readFileSync } from 'node:fs';
import { RENDER_MARK } from '../../src/drivers/remotion/strays.ts';
import type { Submission } from '../../src/simulators/comfyui/stats.ts';

export interface OverlapWatch {
  /** @returns how many renders were seen, and what ran at the same time, in words. */
  stop(submissions: readonly Submission[]): { renders: number; overlaps: string[] };
}

const LOOK_MS = 100;

/** Work folders of the renders whose processes run now. */
function rendersUnder(assetRoot: string): Set<string> {
  const start = `${RENDER_MARK}=${assetRoot}/`;
  const folders = new Set<string>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const mark = readFileSync(`/proc/${pid}/environ`, 'utf8')
        .split('\0')
        .find((entry) => entry.startsWith(start));
      if (mark !== undefined) folders.add(mark.slice(RENDER_MARK.length + 1));
    } catch {
      // Gone meanwhile, or another user's.
    }
  }
  return folders;
}

/** Looks again and again which renders run on this machine. */
export function watchOverlaps(assetRoot: string): OverlapWatch {
  const looks: { from: number; to: number; folders: Set<string> }[] = [];
  const timer = setInterval(() => {
    const from = Date.now();
    const folders = rendersUnder(assetRoot);
    if (folders.size > 0) looks.push({ from, to: Date.now(), folders });
  }, LOOK_MS);
  return {
    stop(submissions) {
      clearInterval(timer);
      const overlaps = looks.flatMap(({ from, to, folders }) => {
        const names = [...folders].join(' and ');
        const prompts = submissions.filter(
          // One that was there during the whole look was there together with what was seen.
          ({ submittedAt, endedAt }) => submittedAt <= from && (endedAt ?? Infinity) >= to,
        );
        return [
          ...(folders.size > 1 ? [`at ${from}: ${names}`] : []),
          ...prompts.map(({ id }) => `at ${from}: ${names} and prompt ${id}`),
        ];
      });
      const renders = new Set(looks.flatMap(({ folders }) => [...folders])).size;
      return { renders, overlaps };
    },
  };
}
