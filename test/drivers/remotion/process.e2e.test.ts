import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { RenderJob, RenderProgress } from '../../../src/drivers/remotion/driver.ts';
import { childScript } from '../../../src/drivers/remotion/project-root.ts';
import { processesOf } from '../../../src/drivers/remotion/strays.ts';
import { driverRig } from '../../helpers/driver-rig.ts';
import { makePicture, RED } from '../../helpers/media.ts';
import { familyOf, untilGone } from '../../helpers/processes.ts';

/** Long enough to be caught in the act. */
const LONG = {
  width: 320,
  height: 568,
  durationInFrames: 900,
  clips: [{ type: 'image', src: 'red.png', motion: 'zoom-in' }],
};

/** More than a child needs to start on a busy machine. */
const SILENCE_SECONDS = 10;

let rig: Awaited<ReturnType<typeof driverRig>>;
beforeAll(async () => {
  rig = await driverRig({ silenceSeconds: SILENCE_SECONDS });
  await makePicture(path.join(rig.assets, 'red.png'), RED);
  await rig.driver.prepare(AbortSignal.timeout(60_000));
});
afterAll(() => rig.remove());

/** Starts a long render and waits until it draws; gives its processes, the child first. */
async function inTheAct(made: RenderJob, signal = AbortSignal.timeout(60_000)) {
  let ended: Promise<unknown> = Promise.resolve();
  await new Promise<void>((resolve) => {
    const onProgress = (step: RenderProgress): void => {
      if (step.renderedFrames > 20) resolve();
    };
    ended = rig.driver.render(made, { signal, onProgress }).catch((error: unknown) => error);
  });
  const family = [...new Set(processesOf(made.workDir).flatMap(familyOf))];
  const [child = 0] = processesOf(made.workDir).filter((pid) => familyOf(process.pid).includes(pid));
  expect(family.length).toBeGreaterThan(4);
  return { ended, family, child };
}

test('An abort ends the render with its reason, and leaves neither a process nor a file.', async () => {
  const controller = new AbortController();
  const { ended, family } = await inTheAct(await rig.job(LONG), controller.signal);
  const reason = new Error('no longer wanted');
  controller.abort(reason);
  expect(await ended).toBe(reason);
  await untilGone(family);
  expect(await rig.leftovers()).toEqual([]);
});

test('An abort before the start leaves nothing, either.', async () => {
  const render = rig.driver.render(await rig.job(LONG), { signal: AbortSignal.abort(), onProgress: () => undefined });
  await expect(render).rejects.toThrow('aborted');
  expect(await rig.leftovers()).toEqual([]);
});

test('A child that is killed is a failure that may pass, and its browser goes with it.', async () => {
  const { ended, family, child } = await inTheAct(await rig.job(LONG));
  process.kill(child, 'SIGKILL');
  expect(await ended).toMatchObject({ code: 'render_failed', message: expect.stringContaining('SIGKILL') });
  await untilGone(family);
  expect(await rig.leftovers()).toEqual([]);
  expect(rig.log.join('\n')).toContain('Remotion ended by SIGKILL');
});

test('A child that falls silent counts as stalled, and is killed although it is stopped.', async () => {
  const { ended, family, child } = await inTheAct(await rig.job(LONG));
  process.kill(child, 'SIGSTOP');
  expect(await ended).toMatchObject({ code: 'render_stalled' });
  await untilGone(family);
  expect(await rig.leftovers()).toEqual([]);
});

test('When the worker is killed its render leaves at once, and the next attempt of the task cleans up and completes.', async () => {
  const made = await rig.job(LONG, 'orphan.mp4');
  const driverModule = path.join(path.dirname(childScript('render-child')), 'driver.js');
  const logger = '{ debug() {}, info() {}, warn() {}, error() {} }';
  const options = {
    assetRoot: rig.assets,
    cacheDir: rig.cacheDir,
    browserExecutable: inject('chromiumExecutable'),
    silenceSeconds: 60,
  };
  const program = `
    import { createRemotionDriver } from ${JSON.stringify(driverModule)};
    const driver = createRemotionDriver({ ...${JSON.stringify(options)}, logger: ${logger} });
    const onProgress = ({ renderedFrames }) => renderedFrames > 20 && console.log('drawing');
    await driver.render(${JSON.stringify(made)}, { signal: AbortSignal.timeout(60_000), onProgress });`;
  const worker = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(worker.stdout, 'data');
  const family = [...new Set(processesOf(made.workDir).flatMap(familyOf))];
  expect(family.length).toBeGreaterThan(4);
  worker.kill('SIGKILL');
  await untilGone(family);

  const again = await rig.job({ ...LONG, durationInFrames: 3 }, 'orphan.mp4');
  const film = await rig.driver.render(again, { signal: AbortSignal.timeout(60_000), onProgress: () => undefined });
  expect(film.durationSeconds).toBe(0.1);
  expect(await rig.leftovers()).toEqual(['orphan.mp4']);
});

test('A process that an earlier attempt left stopped is killed before the next one begins.', async () => {
  const made = await rig.job({ ...LONG, durationInFrames: 2 });
  const stray = spawn('sleep', ['60'], {
    env: { ...process.env, GPU_MIDDLEWARE_RENDER: made.workDir },
    stdio: 'ignore',
  });
  stray.kill('SIGSTOP');
  await Promise.all([
    once(stray, 'exit'),
    rig.driver.render(made, { signal: AbortSignal.timeout(60_000), onProgress: () => undefined }),
  ]);
});

test('A browser that is not there is named, and is no reason to try again.', async () => {
  const bare = await driverRig({ browserExecutable: '/nowhere/chromium' });
  try {
    await expect(bare.render({ ...LONG, clips: [] })).rejects.toMatchObject({
      code: 'browser_missing',
      message: expect.stringContaining('/nowhere/chromium'),
    });
  } finally {
    await bare.remove();
  }
});

test('Two processes that bundle at once both succeed, and the bundle is kept.', async () => {
  const fresh = await driverRig();
  try {
    const signal = AbortSignal.timeout(60_000);
    await Promise.all([fresh.driver.prepare(signal), fresh.driver.prepare(signal)]);
    const folder = path.join(fresh.cacheDir, 'bundles');
    const [bundle = '', ...others] = await readdir(folder);
    expect(others).toEqual([]);
    // Its use is noted, which keeps it from being swept.
    const longAgo = new Date(0);
    await utimes(path.join(folder, bundle), longAgo, longAgo);
    await fresh.driver.prepare(signal);
    expect(await readdir(folder)).toEqual([bundle]);
    expect((await stat(path.join(folder, bundle))).mtimeMs).toBeGreaterThan(0);
  } finally {
    await fresh.remove();
  }
});
