import { access } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ComfyuiJob, ComfyuiJobResult } from '../../../src/drivers/comfyui/driver.ts';
import type { AppError } from '../../../src/errors.ts';
import { compileDriver, type CompiledDriver } from '../../helpers/driver-worker.ts';
import { ROUNDS, SEED, randomFrom } from './random.ts';
import { QUICK, comfyuiRig, inputOf, paint } from './rig.ts';

type Rig = Awaited<ReturnType<typeof comfyuiRig>>;

/** About 0.4 s of work. */
const STEPS = 35;
const MOST_ATTEMPTS = 12;
const rounds = Array.from({ length: ROUNDS }, (_, round) => round);
const LONG = ROUNDS * 30_000;

let compiled: CompiledDriver<ComfyuiJob, ComfyuiJobResult>;
beforeAll(async () => {
  compiled = await compileDriver('comfyui');
});
afterAll(() => compiled.remove());

const ofTask = ({ simulator }: Rig, taskId: string) =>
  simulator
    .stats()
    .submissions.filter(
      ({ extraData }) => (extraData['gpu_middleware'] as { task_id?: string } | undefined)?.task_id === taskId,
    );
/** How often a task's work was executed to its end. */
const executed = (rig: Rig, taskId: string): number =>
  ofTask(rig, taskId).filter(({ outcome }) => outcome === 'success').length;

test(
  `A worker that is killed at any moment repeats nothing (seed ${SEED})`,
  async () => {
    const random = randomFrom(SEED);
    const rig = await comfyuiRig();
    const options = { url: rig.simulator.url, assetRoot: rig.assets, timings: QUICK };
    for (const round of rounds) {
      const taskId = `task-${round}`;
      const input = inputOf(paint(STEPS, round));
      const kills = 1 + Math.floor(random() * 2);
      let outcome = await compiled.attempt(options, await rig.job(taskId, input), random() * 700);
      for (let attempt = 2; outcome.type === 'killed'; attempt++) {
        const killAfter = attempt <= kills ? random() * 700 : undefined;
        outcome = await compiled.attempt(options, await rig.job(taskId, input, attempt), killAfter);
      }
      expect(outcome).toMatchObject({ type: 'done', result: { files: [{ file: expect.any(String) }] } });
      if (outcome.type === 'done') await Promise.all(outcome.result.files.map(({ file }) => access(file)));
      expect(executed(rig, taskId)).toBe(1);
      expect(await rig.outputs(taskId)).toEqual(['picture_00001_.png']);
    }
  },
  LONG,
);

test(
  `A socket that is cut, deaf or half open at any moment changes nothing (seed ${SEED})`,
  async () => {
    const random = randomFrom(SEED + 1);
    const rig = await comfyuiRig();
    for (const round of rounds) {
      const taskId = `task-${round}`;
      const run = await rig.start(taskId, inputOf(paint(STEPS, round)));
      const over = run.result.then(() => true);
      for (let cut = 0; cut < 3; cut++) {
        await Promise.race([sleep(random() * 250), over]);
        const way = Math.floor(random() * 3);
        if (way === 0) rig.simulator.dropSockets();
        else rig.simulator.setFaults({ [way === 1 ? 'silent' : 'halfOpen']: random() < 0.5 });
      }
      expect((await run.result).files).toHaveLength(1);
      expect(ofTask(rig, taskId).map(({ outcome }) => outcome)).toEqual(['success']);
    }
  },
  LONG,
);

test(
  `A ComfyUI that dies at any moment costs at most one more run for each death (seed ${SEED})`,
  async () => {
    const random = randomFrom(SEED + 2);
    const rig = await comfyuiRig();
    for (const round of rounds) {
      const taskId = `task-${round}`;
      const input = inputOf(paint(STEPS, round));
      let deaths = 0;
      const disturb = async (): Promise<void> => {
        for (let death = 0; death < 1 + Math.floor(random() * 2); death++) {
          await sleep(random() * 700);
          await rig.simulator.crash();
          deaths++;
          await sleep(random() * 300);
          await rig.simulator.restart();
        }
      };
      const disturbed = disturb();
      for (let attempt = 1; ; attempt++) {
        expect(attempt).toBeLessThan(MOST_ATTEMPTS);
        const end = await (await rig.start(taskId, input, attempt)).result.catch((error: AppError) => error);
        if (!(end instanceof Error)) break;
        expect(end).toMatchObject({ code: expect.stringMatching(/^comfyui_(?:lost|unavailable)$/) as string });
        while (!(await rig.driver.check()).up) await sleep(20);
      }
      await disturbed;
      expect(executed(rig, taskId)).toBeGreaterThanOrEqual(1);
      expect(executed(rig, taskId)).toBeLessThanOrEqual(1 + deaths);
      expect(await rig.outputs(taskId)).toEqual(['picture_00001_.png']);
    }
  },
  LONG,
);

test(
  `A cancel at any moment reaches ComfyUI, leaves it idle and touches nothing else (seed ${SEED})`,
  async () => {
    const random = randomFrom(SEED + 3);
    const rig = await comfyuiRig();
    const foreign = async (steps: number): Promise<void> => {
      const prompt = paint(steps, Math.floor(random() * 1e6));
      await fetch(`${rig.simulator.url}/prompt`, { method: 'POST', body: JSON.stringify({ prompt }) });
    };
    for (const round of rounds) {
      const taskId = `task-${round}`;
      if (random() < 0.5) await foreign(Math.ceil(random() * 30));
      rig.simulator.setFaults({ loseCancels: Math.floor(random() * 2), answerDelayMs: random() < 0.3 ? 50 : 0 });
      const run = await rig.start(taskId, inputOf(paint(10_000, round)));
      await sleep(random() * 400);
      if (random() < 0.5) await foreign(3);
      const cancelledAt = Date.now();
      run.cancel();
      await expect(run.result).rejects.toThrow('cancelled');
      for (const { outcome, endedAt } of ofTask(rig, taskId)) {
        expect(outcome).toMatch(/^(?:interrupted|removed)$/);
        // Long before its 10,000 steps would have ended, however busy the machine is.
        expect((endedAt ?? Infinity) - cancelledAt).toBeLessThan(20_000);
      }
      expect(await rig.outputs(taskId)).toEqual([]);
    }
    const others = rig.simulator
      .stats()
      .submissions.filter(({ extraData }) => extraData['gpu_middleware'] === undefined);
    const last = inputOf(paint(1, 99));
    await (
      await rig.start('last', last)
    ).result;
    expect(rig.simulator.stats().interrupts.bare + rig.simulator.stats().queueClears).toBe(0);
    const ends = rig.simulator.stats().submissions.filter(({ id }) => others.some((other) => other.id === id));
    expect(ends.map(({ outcome }) => outcome)).toEqual(others.map(() => 'success'));
  },
  LONG,
);
