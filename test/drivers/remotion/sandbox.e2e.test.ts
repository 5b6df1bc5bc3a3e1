import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, chown, cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { browserArguments } from '../../../src/drivers/remotion/browser/open-browser.ts';
import { findSandbox } from '../../../src/drivers/remotion/browser/sandbox.ts';
import { compiledScript } from '../../../src/host/project.ts';
import { scratchFolder } from '../../helpers/scratch.ts';
import { familyOf } from '../../helpers/processes.ts';

const run = promisify(execFile);
const NOBODY = 65_534;
const AS_NOBODY = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--'];

/** Whether this test may become somebody else whom the kernel allows what a sandbox needs. */
const canTry = await run('setpriv', [...AS_NOBODY, 'unshare', '--user', 'true']).then(
  () => true,
  () => false,
);

let base: string;
beforeAll(async () => {
  base = await realpath(await mkdtemp(path.join(tmpdir(), 'sandbox-')));
  await chmod(base, 0o755);
});
afterAll(() => rm(base, { recursive: true, force: true }));

test('With a sandbox, Remotion’s arguments against it are removed; the browser reaches no other address', () => {
  const args = ['--mute-audio', '--no-sandbox', '--disable-setuid-sandbox', '--no-zygote'];
  const nowhere = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost';
  expect(browserArguments(args, true)).toEqual(['--mute-audio', nowhere]);
  expect(browserArguments(args, false)).toEqual([...args, nowhere]);
});

test.runIf(process.getuid?.() === 0)('Run by root, Chromium has no sandbox, and is not tried', async () => {
  expect(await findSandbox('/nowhere', path.join(await scratchFolder(), 'try'))).toBe('it runs as root');
});

/** A program that is run by nobody, with a copy of the browser and folders that are his. */
async function asNobody(program: string): Promise<ReturnType<typeof spawn>> {
  const file = path.join(base, 'program.mjs');
  await writeFile(file, program);
  const child = spawn('setpriv', [...AS_NOBODY, process.execPath, file], {
    env: { PATH: process.env['PATH'], HOME: path.join(base, 'home'), TMPDIR: path.join(base, 'home') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return child;
}

describe.runIf(canTry)('For a user whom the kernel allows it', () => {
  const driver = path.dirname(compiledScript('src/drivers/remotion/driver.ts'));
  let browser: string;
  beforeAll(async () => {
    const source = path.dirname(inject('chromiumExecutable'));
    await cp(source, path.join(base, 'chromium'), { recursive: true });
    await run('chmod', ['-R', 'a+rX', path.join(base, 'chromium')]);
    browser = path.join(base, 'chromium', path.basename(inject('chromiumExecutable')));
    await chmod(browser, 0o755);
    for (const name of ['home', 'assets', 'cache', 'work', 'output']) {
      await mkdir(path.join(base, name));
      await chown(path.join(base, name), NOBODY, NOBODY);
    }
  });

  test('the try says so, and says also when a browser does not start', async () => {
    const child = await asNobody(`
      import { findSandbox } from ${JSON.stringify(path.join(driver, 'browser', 'sandbox.js'))};
      const folder = ${JSON.stringify(path.join(base, 'home', 'try'))};
      console.log(JSON.stringify([await findSandbox(${JSON.stringify(browser)}, folder), await findSandbox('/bin/false', folder)]));`);
    const [said] = (await once(child.stdout ?? child, 'data')) as [Buffer];
    expect(JSON.parse(said.toString())).toEqual([null, 'it does not start in a sandbox here']);
  });

  test('a film is drawn by a browser in its sandbox', async () => {
    const timeline = { width: 160, height: 120, durationInFrames: 90, clips: [{ text: 'Fox', motion: 'zoom-in' }] };
    const child = await asNobody(`
      import { createRemotionDriver } from ${JSON.stringify(path.join(driver, 'driver.js'))};
      import { timelineSchema } from ${JSON.stringify(path.join(driver, '..', '..', 'contracts', 'timeline.js'))};
      const say = (level) => (line) => console.log(level, line);
      const logger = { debug() {}, info: say('info'), warn: say('warn'), error: say('error') };
      const driver = createRemotionDriver({
        assetRoot: ${JSON.stringify(path.join(base, 'assets'))},
        cacheDir: ${JSON.stringify(path.join(base, 'cache'))},
        browserExecutable: ${JSON.stringify(browser)},
        encoder: { preset: 'superfast' },
        silenceSeconds: 60,
        logger,
      });
      const job = {
        timeline: timelineSchema.parse(${JSON.stringify(timeline)}),
        subtitleFiles: new Map(),
        outputFile: ${JSON.stringify(path.join(base, 'output', 'film.mp4'))},
        workDir: ${JSON.stringify(path.join(base, 'work'))},
      };
      let isDrawing = false;
      const film = await driver.render(job, {
        signal: AbortSignal.timeout(120_000),
        onProgress: ({ renderedFrames }) => { if (renderedFrames > 0 && !isDrawing) { isDrawing = true; console.log('drawing'); } },
      });
      console.log('frames', film.frames);
      await driver.close();`);
    let said = '';
    const renderers: string[] = [];
    const browsers: string[] = [];
    child.stdout?.on('data', (text: Buffer) => {
      said += text.toString();
      if (!said.includes('drawing') || renderers.length > 0) return;
      for (const pid of familyOf(child.pid ?? 0)) {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
        if (line.includes('--remote-debugging-port') && !line.includes('--pdeathsig')) browsers.push(line);
        if (line.includes('--type=renderer')) renderers.push(readFileSync(`/proc/${pid}/status`, 'latin1'));
      }
    });
    const [code] = (await once(child, 'close')) as [number];
    expect({ code, said }).toMatchObject({ code: 0, said: expect.stringContaining('frames 90') });
    expect(said).toContain('info Chromium: in its sandbox');
    expect(browsers.join('\n')).not.toContain('--no-sandbox');
    expect(renderers.length).toBeGreaterThan(0);
    // 2: what it may ask of the kernel is filtered.
    for (const status of renderers) expect(/^Seccomp:\s+(\d)$/m.exec(status)?.[1]).toBe('2');
  });
});
