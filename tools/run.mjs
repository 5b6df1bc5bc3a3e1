/**
 * `node tools/run.mjs <command>`: installs what a command needs, then runs it. Until node_modules exists it uses only
 * Node built-ins. A step that is already done costs some milliseconds.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const BUILD_STAMP = path.join(ROOT, 'dist', '.build-stamp');
/** All inputs of the build. The workflow bundle also contains packages. */
const SOURCES = [
  'src',
  'workflows-temporal',
  'activities',
  'test/bench',
  'tools/run.mjs',
  'tools/bundle-workflows.mjs',
  'tsconfig.json',
  'tsconfig.build.json',
  'package-lock.json',
];
const ENTRIES = {
  start: 'dist/src/local/start.js',
  demo: 'dist/src/local/demo.js',
  doctor: 'dist/src/local/doctor.js',
  server: 'dist/src/server.js',
  worker: 'dist/src/worker.js',
  'bench:api': 'dist/test/bench/api/main.js',
  'bench:dispatch': 'dist/test/bench/dispatch/main.js',
  'bench:hostile': 'dist/test/bench/hostile/main.js',
  'bench:render': 'dist/test/bench/render/main.js',
  'test:schemathesis': 'dist/test/bench/schemathesis/main.js',
};
const CHECKS = ['lint', 'typecheck'];

const say = (line) => process.stdout.write(`${line}\n`);
const readJson = (file) => JSON.parse(readFileSync(path.join(ROOT, file), 'utf8'));

/** Runs a program in the project's folder with this terminal. @returns its exit code. */
function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit' });
  if (error) say(`${command}: ${error.message}`);
  return status ?? 1;
}

/** npm as it was started, or the one on PATH. */
function npm(...args) {
  const cli = process.env['npm_execpath'];
  return cli?.endsWith('npm-cli.js') ? run(process.execPath, [cli, ...args]) : run('npm', args);
}

const bin = (name, ...args) => run(path.join(ROOT, 'node_modules', '.bin', name), args);

function fail(...lines) {
  for (const line of lines) say(line);
  process.exit(1);
}

function checkNode() {
  const wanted = readJson('package.json').engines.node.replace('>=', '');
  const [major, minor] = wanted.split('.').map(Number);
  const [ours, oursMinor] = process.versions.node.split('.').map(Number);
  if (ours < major || (ours === major && oursMinor < minor))
    fail(
      `Node ${wanted} or newer is needed; this is ${process.versions.node}.`,
      'Install it from https://nodejs.org and try again.',
    );
}

/**
 * At the end of each installation npm records what it installed. The packages are complete if this agrees with the lock
 * file.
 */
export function packagesInstalled(lock, installed) {
  return Object.entries(lock.packages).every(
    ([place, entry]) => place === '' || entry.optional || installed.packages[place]?.version === entry.version,
  );
}

function hasPackages() {
  if (!existsSync(path.join(ROOT, 'node_modules/.package-lock.json'))) return false;
  return packagesInstalled(readJson('package-lock.json'), readJson('node_modules/.package-lock.json'));
}

function bringPackages() {
  if (hasPackages()) return;
  say('Packages: installing from package-lock.json (about 500 MB, half a minute)');
  if (npm('ci', '--include=dev', '--no-audit', '--no-fund') !== 0)
    fail(
      '',
      'The packages could not be installed. Mend what npm names above (network, proxy, disk space), or run: npm ci',
    );
}

/** Every source file with its size and time, and the folders, so that a removed file is noticed too. */
function fingerprint() {
  const hash = createHash('sha256');
  const add = (file) => {
    const info = statSync(path.join(ROOT, file));
    hash.update(`${file} ${info.isFile() ? info.size : 'folder'} ${info.isFile() ? info.mtimeMs : ''}\n`);
    if (info.isDirectory())
      for (const name of readdirSync(path.join(ROOT, file)).toSorted()) add(path.join(file, name));
  };
  // The image does not contain the benches.
  for (const source of SOURCES) if (existsSync(path.join(ROOT, source))) add(source);
  return hash.digest('hex');
}

function build() {
  const wanted = fingerprint();
  if (existsSync(BUILD_STAMP) && readFileSync(BUILD_STAMP, 'utf8') === wanted) return;
  say('Build: compiling to dist');
  rmSync(BUILD_STAMP, { force: true });
  if (bin('tsc', '-p', 'tsconfig.build.json') !== 0) fail('', 'The build failed; the compiler says why above.');
  for (const file of readdirSync(path.join(ROOT, 'src'), { recursive: true }))
    if (file.endsWith('.lua')) copyFileSync(path.join(ROOT, 'src', file), path.join(ROOT, 'dist/src', file));
  if (run(process.execPath, ['tools/bundle-workflows.mjs']) !== 0)
    fail('', 'The build failed: the workflow code could not be bundled, for the reason above.');
  writeFileSync(BUILD_STAMP, wanted);
}

/** Runs in this process, so that the command itself has the signals and the terminal. */
async function start(entry, args) {
  process.setSourceMapsEnabled(true);
  // Variables that are already set take precedence.
  if (existsSync(path.join(ROOT, '.env'))) process.loadEnvFile(path.join(ROOT, '.env'));
  const file = path.join(ROOT, entry);
  process.argv = [process.argv[0], file, ...args];
  await import(pathToFileURL(file).href);
}

/** Lint and types run first; if one of them fails, the last line still counts it. */
function test(args) {
  const failed = CHECKS.filter((check) => npm('run', '--silent', check) !== 0);
  if (failed.length > 0)
    fail('', `Not tested any further: ${failed.join(' and ')} failed.`, '', `0 passed, ${failed.length} failed`);
  process.exit(bin('vitest', 'run', ...args));
}

async function main([command = '', ...args]) {
  const commands = ['setup', 'build', 'test', ...Object.keys(ENTRIES)];
  if (!commands.includes(command)) fail(`There is no command "${command}"; these are: ${commands.join(', ')}.`);
  checkNode();
  if (command === 'doctor') {
    if (!hasPackages()) fail('FAIL  packages   not installed: run `npm ci`, or `npm start`, which brings everything');
    if (!existsSync(BUILD_STAMP))
      fail('FAIL  build      there is none: run `npm run build`, or `npm start`, which brings everything');
  }
  bringPackages();
  if (command === 'setup') return;
  build();
  if (command === 'build') return;
  if (command === 'test') return test(args);
  await start(ENTRIES[command], args);
}

/** Whether Node was started with this file, by whatever path, or a test imports it. */
function isProgram() {
  const [, program] = process.argv;
  return program !== undefined && realpathSync(program) === realpathSync(fileURLToPath(import.meta.url));
}

if (isProgram()) await main(process.argv.slice(2));
