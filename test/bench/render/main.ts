import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../../../src/config.ts';
import { projectRoot } from '../../../src/host/project.ts';
import { findChromium } from '../../../src/host/chromium/find-chromium.ts';
import { createLineLogger } from '../../../src/logging.ts';
import { makeAssets } from './assets.ts';
import { similarity } from './lossless.ts';
import { measureProgram, measureScript, type Cost } from './measure.ts';
import { FRAMES } from './script.ts';

/** How often each way is measured, in turn; the median counts. */
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 1);
const MEGABYTE = 1024 * 1024;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const script = (name: string): string => fileURLToPath(new URL(`./${name}.js`, import.meta.url));
const round = (value: number, digits = 1): number => Number(value.toFixed(digits));

function median(costs: readonly Cost[], of: (cost: Cost) => number): number {
  const sorted = costs.map(of).toSorted((a, b) => a - b);
  const [low = NaN, high = NaN] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return (low + high) / 2;
}

const { cacheDir, render } = loadConfig(process.env);
const logger = createLineLogger('bench', say);
const { signal } = new AbortController();
const { executable: browser } = await findChromium({ explicit: render.chromiumExecutable, cacheDir, logger, signal });
const root = projectRoot();
const folder = await mkdtemp(path.join(tmpdir(), 'bench-render-'));
const assets = path.join(folder, 'assets');
const file = (name: string): string => path.join(folder, `${name}.mp4`);
const remotion = path.join(root, 'node_modules', '.bin', 'remotion');
const entry = path.join('test', 'bench', 'render', 'composition', 'index.ts');
const options = [`--public-dir=${assets}`, `--browser-executable=${browser}`, '--log=error'];

const WAYS = {
  cli: () => measureProgram(remotion, ['render', entry, 'film', file('cli'), ...options], root, file('cli')),
  tuned: () => measureScript(script('tuned'), [assets, folder, file('tuned'), browser], file('tuned')),
  async ours() {
    // An asset folder that no earlier run has left anything in.
    const own = path.join(folder, 'ours');
    await rm(own, { recursive: true, force: true });
    await cp(assets, own, { recursive: true });
    return measureScript(script('ours'), [own, cacheDir, file('ours'), browser], file('ours'));
  },
};
type Way = keyof typeof WAYS;

try {
  say('Painting the pictures, the clip and the sounds');
  await makeAssets(assets);
  say('A first bundle for the command line, which keeps a cache of it');
  await measureProgram(remotion, ['compositions', entry, ...options], root, assets);

  const costs: Record<Way, Cost[]> = { cli: [], tuned: [], ours: [] };
  for (let turn = 1; turn <= ROUNDS; turn++)
    for (const way of Object.keys(WAYS) as Way[]) {
      const cost = await WAYS[way]();
      costs[way].push(cost);
      const megabytes = Math.round(cost.peakBytes / MEGABYTE);
      say(
        `${way.padEnd(5)} ${turn}/${ROUNDS}: ${cost.seconds.toFixed(1)} s, ${cost.cpuSeconds.toFixed(1)} CPU s, peak ${megabytes} MB, file ${(cost.sizeBytes / MEGABYTE).toFixed(1)} MB`,
      );
    }
  const own = path.join(folder, 'ours');
  const looking = { assetRoot: own, cacheDir, workDir: folder, browserExecutable: browser, logger };
  const ssim = await similarity(file('ours'), looking);
  const seconds = (way: Way): number => median(costs[way], (cost) => cost.seconds);
  const cpu = (way: Way): number => median(costs[way], (cost) => cost.cpuSeconds);
  if (process.env['BENCH_KEEP'] !== undefined) await cp(file('ours'), process.env['BENCH_KEEP']);
  say(
    JSON.stringify({
      frames: FRAMES,
      cli_s: round(seconds('cli')),
      tuned_s: round(seconds('tuned')),
      ours_s: round(seconds('ours')),
      ratio: round(seconds('cli') / seconds('ours'), 2),
      cpu_ratio: round(cpu('cli') / cpu('ours'), 2),
      ssim: round(ssim, 4),
      peak_mb: Math.round(median(costs.ours, (cost) => cost.peakBytes) / MEGABYTE),
      path: 'chunks',
    }),
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
