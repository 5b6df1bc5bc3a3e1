import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { createPipelineRig, itemsOf, type PipelineRig, type Work } from '../helpers/pipeline-rig.ts';

const gate = vi.fn<(work: Work) => Promise<void>>();
let rig: PipelineRig;
beforeAll(async () => {
  rig = await createPipelineRig((work) => gate(work));
});
afterAll(() => rig.stop());
afterEach(() => rig.clear());
beforeEach(() => {
  gate.mockReset().mockResolvedValue();
  rig.done.length = 0;
});

/** Work fails, for good, until the returned function is called. */
function breaks(what: string): () => void {
  let broken = true;
  const others = gate.getMockImplementation();
  gate.mockImplementation((work) =>
    work.what === what && broken
      ? Promise.reject(new AppError('comfyui_refused', what))
      : (others?.(work) ?? Promise.resolve()),
  );
  return () => {
    broken = false;
  };
}

/** Resolves when such work has begun, which then goes on until it is aborted or let go. */
function holds(what: string): { begun: Promise<Work>; letGo: () => void } {
  let letGo = (): void => undefined;
  const begun = new Promise<Work>((begin) => {
    gate.mockImplementation((work) => {
      if (work.what !== what) return Promise.resolve();
      begin(work);
      return new Promise((resolve, reject) => {
        letGo = () => {
          gate.mockResolvedValue();
          resolve();
        };
        work.signal.addEventListener('abort', () => reject(work.signal.reason as Error), { once: true });
      });
    });
  });
  return { begun, letGo: () => letGo() };
}

const SCRIPT = 'The first one. The second one. The third one.';
const voice = { id: 'voice', task_type: 'cosyvoice', payload: { text: SCRIPT } };
const pictures = {
  id: 'pictures',
  task_type: 'comfyui',
  for_each: { $from: 'voice.sentences' },
  payload: { prompt: '${$index}: ${$item.text}' },
};
const film = {
  id: 'film',
  task_type: 'remotion_render',
  payload: {
    timeline: {
      width: 320,
      height: 568,
      durationInFrames: 36,
      audioSrc: { $from: 'voice.output_path' },
      subtitles: {
        $for: { $from: 'voice.subtitles' },
        $each: { text: { $from: '$item.text' }, startFrame: { $from: '$index' }, endFrame: 36 },
      },
      clips: {
        $for: { $from: 'pictures' },
        $each: { type: 'image', src: { $from: '$item.files[0].path' }, startFrame: 0, durationInFrames: 36 },
      },
    },
  },
};
const short = {
  name: 'short film',
  priority: 70,
  steps: [film, pictures, voice],
  output: { film: { $from: 'film.output_path' } },
};

describe('A pipeline', () => {
  test('runs its steps when their inputs exist and tells of each, in Redis as in Temporal', async () => {
    const id = await rig.submitPipeline(short);
    const filmPath = `output/render_${rig.taskOf(id, 'film')}.mp4`;
    expect(await rig.end(id)).toEqual({ output: { film: filmPath } });
    expect(rig.done).toEqual([SCRIPT, '0: The first one.', '1: The second one.', '2: The third one.', 'film']);
    const status = await rig.status(id);
    expect(status).toMatchObject({ status: 'completed', task_type: 'pipeline', priority: 70, progress: 1 });
    expect(status.result).toMatchObject({
      output: { film: filmPath },
      steps: {
        voice: {
          status: 'completed',
          task_id: rig.taskOf(id, 'voice'),
          result: { sentences: [{ text: 'The first one.' }, {}, {}] },
        },
        pictures: { status: 'completed', result: [{ files: [{}] }, {}, {}], error: null },
        film: { status: 'completed', result: { output_path: filmPath } },
      },
    });
    await rig.redis.flushall();
    const again = await rig.status(id);
    expect(again.result.output).toEqual(status.result.output);
    expect(itemsOf(again.result, 'pictures').map(({ result }) => result)).toEqual(
      itemsOf(status.result, 'pictures').map(({ result }) => result),
    );
  });

  test('is found whole in the Web UI, with the priority and the client of the pipeline on every step', async () => {
    const id = await rig.submitPipeline({ ...short, client: 'someone' });
    await rig.end(id);
    const task = await rig.handle(rig.taskOf(id, 'pictures', 1)).describe();
    expect(task.searchAttributes).toMatchObject({
      Pipeline: [id],
      Step: ['pictures'],
      Priority: [70],
      Client: ['someone'],
    });
    expect(task.priority?.priorityKey).toBe(31);
    expect(task.parentExecution?.workflowId).toBe(id);
    const found = async () => {
      const { count } = await rig.temporal.client.workflow.count(`Pipeline = "${id}"`);
      return count === 6;
    };
    await vi.waitUntil(found, { timeout: 10_000 });
  });
});

const codeOf = (end: unknown): string | undefined => {
  const { cause } = end as { cause?: { type?: string; name?: string } };
  return cause?.type ?? cause?.name;
};
/** Resolves with the status when it is as wanted. */
const until = (id: string, wanted: (status: Awaited<ReturnType<PipelineRig['status']>>) => boolean) =>
  vi.waitUntil(
    async () => {
      const status = await rig.status(id);
      return wanted(status) ? status : false;
    },
    { timeout: 15_000, interval: 50 },
  );

/** To the first workflow task, which is the choice that repeats everything. */
const reset = async (id: string): Promise<void> => {
  const { events } = await rig.handle(id).fetchHistory();
  const first = events?.find((event) => event.workflowTaskCompletedEventAttributes);
  await rig.temporal.connection.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: id },
    reason: 'an operator',
    workflowTaskFinishEventId: first?.eventId ?? null,
    requestId: id,
  });
};

describe('A step that fails', () => {
  test('fails the pipeline, what waits is cancelled, and a retry repeats only what has not completed', async () => {
    const last = holds('2: The third one.');
    const mend = breaks('1: The second one.');
    const id = await rig.submitPipeline(short);
    expect(codeOf(await rig.end(id))).toBe('step_failed');
    expect(rig.done).toEqual([SCRIPT, '0: The first one.']);
    const status = await until(id, (one) => one.status === 'failed');
    expect(status.result.error).toMatchObject({
      code: 'step_failed',
      message: expect.stringContaining('pictures[1]') as string,
    });
    expect(status.error).toBe(status.result.error?.message);
    expect(status.result.steps).toMatchObject({
      voice: { status: 'completed' },
      pictures: { status: 'failed', error: { code: 'comfyui_refused' } },
      film: { status: 'pending', phase: 'not started' },
    });
    expect(itemsOf(status.result, 'pictures').map((item) => item.error?.code)).toEqual([
      undefined,
      'comfyui_refused',
      'cancelled',
    ]);
    mend();
    last.letGo();
    rig.done.length = 0;
    await rig.actions.retryTask(id);
    await rig.end(id);
    expect(rig.done).toEqual(['1: The second one.', '2: The third one.', 'film']);
    expect((await rig.status(id)).status).toBe('completed');
  });

  test('leaves null in its place where it may be skipped', async () => {
    breaks('1: The second one.');
    const steps = [voice, { ...pictures, on_error: 'skip' }];
    const id = await rig.submitPipeline({
      steps,
      output: { second: { $from: 'pictures[1].files[0].path' }, all: { $from: 'pictures' } },
    });
    expect(await rig.end(id)).toMatchObject({
      output: { second: null, all: [{ files: [{}] }, null, { files: [{}] }] },
    });
    expect((await rig.status(id)).result.steps).toMatchObject({
      pictures: { status: 'completed', progress: 1, result: [{}, null, {}], error: { code: 'comfyui_refused' } },
    });
  });

  test('may have been given what is not valid: then it never was a task, and says why', async () => {
    const wrong = { id: 'picture', task_type: 'comfyui', payload: { prompt: { $from: 'voice.duration_seconds' } } };
    const id = await rig.submitPipeline({ steps: [voice, wrong] });
    expect(codeOf(await rig.end(id))).toBe('step_failed');
    const refused = {
      status: 'failed',
      error: { code: 'step_invalid', message: expect.stringContaining('payload.prompt') as string },
    };
    expect((await rig.status(id)).result.steps).toMatchObject({ picture: refused });
    await rig.redis.flushall();
    expect((await rig.status(id)).result.steps).toMatchObject({ picture: refused });

    const skipped = await rig.submitPipeline({
      steps: [voice, { ...wrong, on_error: 'skip' }],
      output: { $from: 'picture' },
    });
    expect(await rig.end(skipped)).toEqual({ output: null });
  });

  test('may have more items than a pipeline may have tasks', async () => {
    // How many sentences that makes is not known before it has a title.
    const title = { id: 'title', task_type: 'comfyui', payload: { prompt: 'title' } };
    const long = { ...voice, payload: { text: `\${title.seed} ${'Once upon a time. '.repeat(300)}` } };
    const id = await rig.submitPipeline({ steps: [title, long, pictures] });
    expect(codeOf(await rig.end(id))).toBe('step_failed');
    expect((await rig.status(id)).result.steps).toMatchObject({
      pictures: {
        status: 'failed',
        items: null,
        error: { code: 'step_invalid', message: expect.stringContaining('300 items') as string },
      },
    });
  });
});

describe('While a pipeline runs', () => {
  test('its status tells what has come out so far, and how far the rest is', async () => {
    const hold = holds('1: The second one.');
    const id = await rig.submitPipeline(short);
    await hold.begun;
    const status = await until(id, ({ result }) => itemsOf(result, 'pictures')[1]?.status === 'processing');
    expect(status).toMatchObject({
      status: 'processing',
      phase: 'running pictures',
      progress: expect.closeTo(4 / 9, 2) as number,
    });
    expect(status.result).toMatchObject({
      output: null,
      steps: { voice: { status: 'completed', result: {} }, film: { status: 'pending' } },
    });
    expect(itemsOf(status.result, 'pictures').map(({ status: one }) => one)).toEqual([
      'completed',
      'processing',
      'pending',
    ]);
    hold.letGo();
    await rig.end(id);
  });

  test('a cancel reaches what runs and what waits, and nothing new begins', async () => {
    const hold = holds('0: The first one.');
    const id = await rig.submitPipeline(short);
    const work = await hold.begun;
    await rig.actions.cancelTask(id);
    expect(codeOf(await rig.end(id))).toBe('CancelledFailure');
    expect(work.signal.aborted).toBe(true);
    await rig.allOver(id);
    expect(rig.done).toEqual([SCRIPT]);
    expect(await until(id, (one) => one.status === 'failed')).toMatchObject({
      result: { error: { code: 'cancelled' } },
    });
  });

  test('a cancel at any moment leaves nothing behind, and a retry makes the rest', async () => {
    // Moments in the life of the pipeline's own workflow, whatever the machine takes for them.
    for (const events of [1, 9, 24, 40, 62]) {
      rig.done.length = 0;
      const id = await rig.submitPipeline(short);
      await vi.waitUntil(
        async () => (await rig.handle(id).describe()).historyLength >= events || rig.done.includes('film'),
        {
          timeout: 15_000,
          interval: 5,
        },
      );
      await rig.actions.cancelTask(id).catch(() => undefined);
      await rig.end(id);
      await rig.allOver(id);
      if ((await rig.status(id)).status === 'completed') continue;
      await rig.actions.retryTask(id);
      await rig.end(id);
      expect((await rig.status(id)).status).toBe('completed');
      expect(rig.done.toSorted()).toEqual([
        '0: The first one.',
        '1: The second one.',
        '2: The third one.',
        SCRIPT,
        'film',
      ]);
    }
  });

  test('a terminate of the pipeline lets its tasks go too', async () => {
    const hold = holds('0: The first one.');
    const id = await rig.submitPipeline(short);
    const work = await hold.begun;
    await rig.handle(id).terminate('an operator');
    gate.mockReset().mockResolvedValue();
    await vi.waitUntil(() => work.signal.aborted, { timeout: 15_000 });
    // What an earlier run of the pipeline left may still be ending.
    await rig.actions.retryTask(id);
    await rig.end(id);
    expect(rig.done.toSorted()).toEqual([
      '0: The first one.',
      '1: The second one.',
      '2: The third one.',
      SCRIPT,
      'film',
    ]);
  });

  test('a terminate shows as a failure once it is compared with Temporal', async () => {
    const hold = holds('0: The first one.');
    const id = await rig.submitPipeline(short);
    await hold.begun;
    await rig.handle(id).terminate('an operator');
    await rig.allOver(id);
    await vi.waitUntil(
      async () => {
        await rig.reconcile();
        return (await rig.status(id)).status === 'failed';
      },
      { timeout: 15_000, interval: 100 },
    );
    const { result } = await rig.status(id);
    expect(result.error).toMatchObject({ code: 'terminated' });
    expect(result.steps).toMatchObject({ voice: { status: 'completed' }, pictures: { status: 'failed' } });
  });

  test('its workers may go and come back', async () => {
    const hold = holds('1: The second one.');
    const id = await rig.submitPipeline(short);
    await hold.begun;
    // What stands in the queue needs no control worker.
    const status = await until(id, ({ result }) => itemsOf(result, 'pictures')[2]?.phase === 'queued');
    const third = rig.handle(itemsOf(status.result, 'pictures')[2]?.task_id ?? '');
    await vi.waitUntil(async () => (await third.describe()).raw.pendingActivities?.length === 1, { timeout: 15_000 });
    await rig.stopControlWorker();
    try {
      hold.letGo();
      await vi.waitUntil(() => rig.done.includes('2: The third one.'), { timeout: 15_000 });
      await rig.stopGpuWorker();
      await rig.startGpuWorker();
    } finally {
      // Without it every test that follows would wait out its limit.
      await rig.startControlWorker();
    }
    await rig.end(id);
    expect(rig.done).toEqual([SCRIPT, '0: The first one.', '1: The second one.', '2: The third one.', 'film']);
  });
});

describe('An operator', () => {
  test('who gives a running pipeline another priority gives it to its tasks too, those to come included', async () => {
    const hold = holds('0: The first one.');
    const id = await rig.submitPipeline(short);
    await hold.begun;
    await until(id, ({ result }) => itemsOf(result, 'pictures')[2]?.phase === 'queued');
    const priorityOf = async (step: string, index: number | null) =>
      (await rig.handle(rig.taskOf(id, step, index)).describe()).searchAttributes['Priority'];
    const found = async () =>
      (await rig.temporal.client.workflow.count(`Pipeline = "${id}" AND Priority = 70`)).count === 5;
    await vi.waitUntil(found, { timeout: 10_000 });
    expect(await rig.actions.changePriority(id, 20)).toMatchObject({ priority: 20 });
    hold.letGo();
    await rig.end(id);
    expect(await Promise.all([priorityOf('pictures', 2), priorityOf('film', null)])).toEqual([[20], [20]]);
    expect((await rig.status(id)).priority).toBe(20);
  });

  test('who resets one of its tasks has the pipeline wait for the new run', async () => {
    const hold = holds('1: The second one.');
    const id = await rig.submitPipeline(short);
    await hold.begun;
    gate.mockResolvedValue();
    await reset(rig.taskOf(id, 'pictures', 1));
    await rig.end(id);
    expect((await until(id, (one) => one.status === 'completed')).status).toBe('completed');
    expect(rig.done).toEqual(expect.arrayContaining(['1: The second one.', 'film']));
  });

  test('who cancels one of its tasks has cancelled what the pipeline is for', async () => {
    const hold = holds('1: The second one.');
    const id = await rig.submitPipeline(short);
    await hold.begun;
    await rig.actions.cancelTask(rig.taskOf(id, 'pictures', 1));
    expect(codeOf(await rig.end(id))).toBe('step_failed');
    await rig.allOver(id);
    expect(rig.done).not.toContain('film');
  });
});

describe('A reset of the pipeline in the Web UI', () => {
  test('repeats nothing that has completed', async () => {
    const mend = breaks('film');
    const id = await rig.submitPipeline(short);
    await rig.end(id);
    mend();
    rig.done.length = 0;
    await reset(id);
    await rig.end(id);
    expect(rig.done).toEqual(['film']);
    const status = await until(id, (one) => one.status === 'completed');
    expect(status.result.steps).toMatchObject({ pictures: { status: 'completed' }, film: { status: 'completed' } });
  });

  test('goes on with what is under way, and repeats nothing that has completed', async () => {
    const hold = holds('1: The second one.');
    const id = await rig.submitPipeline(short);
    await hold.begun;
    await reset(id);
    hold.letGo();
    gate.mockResolvedValue();
    await rig.end(id);
    expect((await until(id, (one) => one.status === 'completed')).status).toBe('completed');
    expect(rig.done.filter((what) => what === SCRIPT || what === '0: The first one.')).toHaveLength(2);
    expect(rig.done.at(-1)).toBe('film');
  });
});

describe('A pipeline of 200 steps', () => {
  test('runs in its order and stays far below the limits of the server', async () => {
    const steps = Array.from({ length: 200 }, (_, index) => ({
      id: `s${index}`,
      task_type: 'comfyui',
      payload: { prompt: index % 2 === 0 ? `${index}` : `\${s${index - 1}.files[0].path}` },
    }));
    const id = await rig.submitPipeline({ steps, output: { last: { $from: 's199.files[0].path' } } });
    expect(await rig.end(id)).toMatchObject({ output: { last: expect.any(String) as string } });
    expect(rig.done).toHaveLength(200);
    const { raw } = await rig.handle(id).describe();
    const { historyLength, historySizeBytes } = raw.workflowExecutionInfo ?? {};
    process.stdout.write(`200 steps ${String(historyLength)} ${String(historySizeBytes)}\n`);
    expect(Number(historyLength)).toBeLessThan(10_000);
    expect(Number(historySizeBytes)).toBeLessThan(5_000_000);
    const status = await rig.status(id);
    expect(Object.values(status.result.steps).every((step) => step.status === 'completed')).toBe(true);
  });
});
