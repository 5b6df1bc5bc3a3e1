/**
 * `npm run conformance:cosyvoice -- --url http://127.0.0.1:50000 --model v2`: checks our assumptions about the protocol
 * against a running CosyVoice FastAPI server. `--model` names its loaded model (v1, v2, v3). No other client may use it
 * meanwhile. Without `--url` the stand-ins are checked.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { values, positionals } = parseArgs({
  options: { url: { type: 'string' }, model: { type: 'string', default: 'v2' } },
  allowPositionals: true,
});
const vitest = path.join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
// One file after another, because all of them use the same card.
const args = ['--project', 'unit', '--no-file-parallelism', 'test/conformance/cosyvoice'];
const { status } = spawnSync(process.execPath, [vitest, 'run', ...args, ...positionals], {
  cwd: ROOT,
  stdio: 'inherit',
  env: {
    ...process.env,
    ...(values.url !== undefined && {
      COSYVOICE_CONFORMANCE_URL: values.url,
      COSYVOICE_CONFORMANCE_MODEL: values.model,
    }),
  },
});
process.exit(status ?? 1);
