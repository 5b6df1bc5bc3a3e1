/**
 * `npm run conformance:comfyui -- --url http://127.0.0.1:8188`: checks our assumptions about ComfyUI's protocol against
 * a running server. Its queue must be empty and stay empty; the graphs need no models. Files remain in its folders
 * `output/conformance` and `input`. Without `--url` the stand-in is checked.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { values, positionals } = parseArgs({ options: { url: { type: 'string' } }, allowPositionals: true });
const vitest = path.join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
// One file after another, because all of them use the same queue.
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
