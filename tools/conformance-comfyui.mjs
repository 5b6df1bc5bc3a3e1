/**
 * `npm run conformance:comfyui -- --url http://127.0.0.1:8188`: checks a running ComfyUI against what we know of its protocol. Its queue should
 * be empty and stay so; the graphs need no models. Files stay behind in its folders `output/conformance` and `input`. Without `--url` our stand-in is checked.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { values, positionals } = parseArgs({ options: { url: { type: 'string' } }, allowPositionals: true });
const vitest = path.join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
// One file after another: all of them use the one queue.
const args = [
  'run',
  '--project',
  'unit',
  '--no-file-parallelism',
  '--test-timeout',
  '60000',
  'test/conformance/comfyui',
];
const { status } = spawnSync(process.execPath, [vitest, ...args, ...positionals], {
  cwd: ROOT,
  stdio: 'inherit',
  env: { ...process.env, ...(values.url !== undefined && { COMFYUI_CONFORMANCE_URL: values.url }) },
});
process.exit(status ?? 1);
