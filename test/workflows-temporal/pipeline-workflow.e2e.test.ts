import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createGate } from '../helpers/pipeline-gate.ts';
import { codeOf, until } from '../helpers/pipeline-operator.ts';
import { createPipelineRig, itemsOf, type PipelineRig } from '../helpers/pipeline-rig.ts';
import { ALL_WORK, pictures, SCRIPT, short, voice } from '../helpers/short-pipeline.ts';

const { gate, breaks, holds } = createGate();
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

describe('A pipeline', () => {
  test('runs its steps when their inputs exist and tells of each, in Redis as in Temporal', async () => {
    const id = await rig.submitPipeline(short);
    const filmPath = `output/render_${rig.taskOf(id, 'film')}.mp4`;
    expect(await rig.end(id)).toEqual({ output: { film: filmPath } });
    expect(rig.done).toEqual(ALL_WORK);
    const status = await rig.status(id);
    expect(rig.log.filter((line) => line.includes(`✅ Done: pipeline ${id}`))).toHaveLength(1);
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
    await vi.waitUntil(found, { timeout: 60_000 });
  });
});

describe('A step that fails', () => {
  test('fails the pipeline, what waits is cancelled, and a retry repeats only what has not completed', async () => {
    const last = holds('2: The third one.');
    const mend = breaks('1: The second one.');
    const id = await rig.submitPipeline(short);
    expect(codeOf(await rig.end(id))).toBe('step_failed');
    expect(rig.done).toEqual([SCRIPT, '0: The first one.']);
    const status = await until(rig, id, (one) => one.status === 'failed');
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
    const [first, second, third] = itemsOf(status.result, 'pictures');
    expect([first?.status, second?.error?.code]).toEqual(['completed', 'comfyui_refused']);
    // It may not have come into the queue by then.
    expect([
      ['failed', 'cancelled'],
      ['pending', undefined],
    ]).toContainEqual([third?.status, third?.error?.code]);
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

describe('A pipeline of 100 steps', () => {
  // It may have 1,000 tasks. What 100 write is a tenth of that, and the server allows 51,200 events and 50 MB.
  test('runs in its order, and ten times as many would stay below the limits of the server', async () => {
    const steps = Array.from({ length: 100 }, (_, index) => ({
      id: `s${index}`,
      task_type: 'comfyui',
      payload: { prompt: index % 2 === 0 ? `${index}` : `\${s${index - 1}.files[0].path}` },
    }));
    const id = await rig.submitPipeline({ steps, output: { last: { $from: 's99.files[0].path' } } });
    expect(await rig.end(id)).toMatchObject({ output: { last: expect.any(String) as string } });
    expect(rig.done).toHaveLength(100);
    const { raw } = await rig.handle(id).describe();
    const { historyLength, historySizeBytes } = raw.workflowExecutionInfo ?? {};
    expect(Number(historyLength)).toBeLessThan(5000);
    expect(Number(historySizeBytes)).toBeLessThan(2_500_000);
    const status = await rig.status(id);
    expect(Object.values(status.result.steps).every((step) => step.status === 'completed')).toBe(true);
  });
});
