import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig } from '../../../src/config.ts';
import { projectRoot } from '../../../src/host/project.ts';
import { recording } from '../../voices/rig.ts';
import { startBenchChildren } from '../lib/bench-children.ts';

/**
 * `npm run test:schemathesis [-- options of schemathesis]`: starts an API with a Temporal and a Redis of its own, and lets schemathesis send
 * it whatever `/openapi.json` allows, and much that it does not allow. What is checked is in schemathesis.toml, with the reasons.
 */
const VERSION = '4.32.5';
/** As schemathesis.toml says it. */
const KEY = 'schemathesis';

/**
 * Runs a program with our terminal.
 * @param cwd where it leaves what it notes.
 * @returns its exit code
 */
async function run(command: string, args: readonly string[], cwd = tmpdir()): Promise<number> {
  const child = spawn(command, args, { stdio: 'inherit', cwd });
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}

/** The official package from PyPI, in a virtual environment of its own that the next run uses again. */
async function bringSchemathesis(cacheDir: string): Promise<string> {
  const folder = path.join(cacheDir, `schemathesis-${VERSION}`);
  const program = path.join(folder, 'bin', 'schemathesis');
  if (existsSync(program)) return program;
  process.stdout.write(`schemathesis ${VERSION}: installing from PyPI into ${folder}\n`);
  const steps: [string, string[]][] = [
    ['python3', ['-m', 'venv', folder]],
    [
      path.join(folder, 'bin', 'pip'),
      ['install', '--quiet', '--disable-pip-version-check', `schemathesis==${VERSION}`],
    ],
  ];
  for (const [command, args] of steps) {
    if ((await run(command, args)) === 0) continue;
    await rm(folder, { recursive: true, force: true });
    throw new Error('schemathesis could not be installed; it needs Python 3.10 or newer with venv, and PyPI');
  }
  return program;
}

const program = await bringSchemathesis(loadConfig(process.env).cacheDir);
const stack = await startBenchChildren(() => ({
  API_KEYS: `tester:${KEY}`,
  CHECK_ANSWERS: 'true',
  MAX_QUEUED: '1000000',
  RATE_LIMIT: '0',
}));
try {
  await mkdir(path.join(stack.assetRoot, 'voices'), { recursive: true });
  await writeFile(path.join(stack.assetRoot, 'voices', 'luna.wav'), recording(5));
  await writeFile(path.join(stack.assetRoot, 'voices', 'luna.txt'), 'What is said in it.');
  const config = path.join(projectRoot(), 'test', 'bench', 'schemathesis', 'schemathesis.toml');
  const sent = ['--config-file', config, 'run', `${stack.apiUrl}/openapi.json`];
  process.exitCode = await run(program, [...sent, ...process.argv.slice(2)], stack.folder);
  if (stack.deaths() > 0) throw new Error(`${stack.deaths()} of our processes died`);
} finally {
  await stack.remove();
}
