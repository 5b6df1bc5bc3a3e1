import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { ComfyuiSimulator } from '../../../src/simulators/comfyui/simulator.ts';
import { ask, finished, listen, submit, until, type Answer } from '../../conformance/comfyui/client.ts';
import { quick } from '../../conformance/comfyui/graphs.ts';
import { flux, simulate } from './rig.ts';

const QUIET_MS = 80;
/** So many steps of some milliseconds that none of it ends by itself within a test. */
const LONG = 5000;
const jobOf = async ({ url }: ComfyuiSimulator, id: string): Promise<string> =>
  ((await ask(`${url}/api/jobs/${id}`)).body.status as string | undefined) ?? 'unknown';
const post = ({ url }: ComfyuiSimulator, more: object = {}): Promise<Answer> =>
  ask(`${url}/prompt`, 'POST', { prompt: flux(), ...more });

test('A frozen server answers and accepts, and nothing goes on until it thaws.', async () => {
  const simulator = await simulate({ stepMs: 20 });
  const running = await submit(simulator.url, flux('a fox', 7, 50));
  await until(async () => ((await jobOf(simulator, running)) === 'in_progress' ? true : undefined), 'it runs');
  simulator.setFaults({ frozen: true });
  const waiting = await submit(simulator.url, quick());
  await sleep(QUIET_MS * 2);
  expect([await jobOf(simulator, running), await jobOf(simulator, waiting)]).toEqual(['in_progress', 'pending']);
  simulator.setFaults({ frozen: false });
  await finished(simulator.url, waiting);
});

test('Silent sockets answer pings, half-open ones do not, and dropped ones close without a word.', async () => {
  const simulator = await simulate();
  const ear = await listen(simulator.url);
  const pong = (): Promise<true> => {
    const heard = new Promise<true>((resolve) => ear.socket.once('pong', () => resolve(true)));
    ear.socket.ping();
    return heard;
  };
  simulator.setFaults({ silent: true });
  const id = await submit(simulator.url, quick(), { client_id: ear.clientId });
  await finished(simulator.url, id);
  expect([ear.frames.length, await pong()]).toEqual([1, true]);
  simulator.setFaults({ silent: false, halfOpen: true });
  expect(await Promise.race([pong(), sleep(QUIET_MS, false)])).toBe(false);
  simulator.setFaults({ halfOpen: false });
  const closed = new Promise((resolve) => ear.socket.once('close', resolve));
  simulator.dropSockets();
  expect(await closed).toBe(1006);
});

test('Out of memory strikes at the sampler, and the memory comes back some time after it was asked for.', async () => {
  const simulator = await simulate();
  const free = async (): Promise<number> =>
    (await ask(`${simulator.url}/system_stats`)).body.devices[0].vram_free as number;
  simulator.setFaults({ outOfMemory: 1 });
  const before = await free();
  const { status } = await finished(simulator.url, await submit(simulator.url, flux()));
  expect(status.messages.at(-1)[1]).toMatchObject({
    node_id: '7',
    node_type: 'KSampler',
    exception_type: 'torch.OutOfMemoryError',
  });
  expect(await free()).toBeLessThan(1024 ** 3);
  await ask(`${simulator.url}/free`, 'POST', { unload_models: true, free_memory: true });
  expect(await free()).toBeLessThan(1024 ** 3);
  await until(async () => ((await free()) === before ? true : undefined), 'the memory is back');
  expect((await finished(simulator.url, await submit(simulator.url, flux()))).status.completed).toBe(true);
});

test('An error of choice is raised as often as it is wanted.', async () => {
  const simulator = await simulate();
  simulator.setFaults({ failures: { times: 1, type: 'RuntimeError', message: 'CUDA error: no luck' } });
  const { status } = await finished(simulator.url, await submit(simulator.url, flux()));
  expect(status.messages.at(-1)[1]).toMatchObject({
    exception_type: 'RuntimeError',
    exception_message: 'CUDA error: no luck',
  });
  expect((await finished(simulator.url, await submit(simulator.url, flux()))).status.completed).toBe(true);
});

test('An ambiguous submission is queued whatever its answer, or not at all.', async () => {
  const simulator = await simulate();
  const outcomes: unknown[] = [];
  const faults = ['errorsAfterQueueing', 'resetsAfterQueueing', 'hangsAfterQueueing', 'hangsBeforeQueueing'] as const;
  for (const [seed, fault] of faults.entries()) {
    const prompt_id = randomUUID();
    simulator.setFaults({ [fault]: 1 });
    const body = JSON.stringify({ prompt: flux('x', seed), prompt_id });
    const silence = new AbortController();
    const asked = fetch(`${simulator.url}/prompt`, { method: 'POST', body, signal: silence.signal }).then(
      ({ status }) => status,
      (error: Error) => (error.name === 'AbortError' ? 'silence' : 'cut'),
    );
    await until(async () => (simulator.faults[fault] === 0 ? true : undefined), `${fault} struck`);
    if (fault.startsWith('hangs')) await sleep(QUIET_MS).then(() => silence.abort());
    const answer = await asked;
    outcomes.push([answer, simulator.stats().submissions.some(({ id }) => id === prompt_id)]);
  }
  expect(outcomes).toEqual([
    [500, true],
    ['cut', true],
    ['silence', true],
    ['silence', false],
  ]);
});

test('A cancel can be lost.', async () => {
  const simulator = await simulate({ stepMs: 40 });
  const id = await submit(simulator.url, flux('a fox', 7, LONG));
  await until(async () => ((await jobOf(simulator, id)) === 'in_progress' ? true : undefined), 'it runs');
  simulator.setFaults({ loseCancels: 1 });
  const cancel = (): Promise<Answer> => ask(`${simulator.url}/api/jobs/${id}/cancel`, 'POST');
  expect((await cancel()).body).toEqual({ cancelled: true });
  await sleep(QUIET_MS);
  expect(await jobOf(simulator, id)).toBe('in_progress');
  expect((await cancel()).body).toEqual({ cancelled: true });
  await finished(simulator.url, id);
  expect(await jobOf(simulator, id)).toBe('cancelled');
  expect(simulator.stats()).toMatchObject({ executedToEnd: 0, interrupts: { cancels: 2, bare: 0 } });
});

test('Success can be said long before history has it.', async () => {
  const simulator = await simulate();
  simulator.setFaults({ historyDelayMs: 1000 });
  const ear = await listen(simulator.url);
  const id = await submit(simulator.url, flux(), { client_id: ear.clientId });
  await ear.hears(({ type }) => type === 'execution_success', 'success');
  expect([(await ask(`${simulator.url}/history/${id}`)).body, await jobOf(simulator, id)]).toEqual([{}, 'in_progress']);
  await finished(simulator.url, id);
});

test('A prompt can be accepted in part, or be answered with the files of the one before.', async () => {
  const simulator = await simulate();
  simulator.setFaults({ partialAccepts: 1 });
  expect(await post(simulator)).toMatchObject({
    status: 200,
    body: { node_errors: { '9': { errors: [expect.anything()] } } },
  });
  const first = await finished(simulator.url, await submit(simulator.url, flux('one', 1)));
  await rm(`${simulator.folder}/output`, { recursive: true });
  simulator.setFaults({ cachedAnswers: 1 });
  const id = await submit(simulator.url, flux('two', 2));
  const second = await finished(simulator.url, id);
  expect(second.outputs).toEqual(first.outputs);
  expect(second.status.messages[1][1].nodes).toHaveLength(9);
  const { filename } = second.outputs['9'].images[0];
  expect((await ask(`${simulator.url}/view?filename=${filename}`)).status).toBe(404);
  expect(simulator.stats().executions[id]).toBeUndefined();
});

test('A missing model refuses the graph, and the folder no longer lists it.', async () => {
  const simulator = await simulate();
  simulator.setFaults({ missingModels: ['ae.safetensors'] });
  const { status, body } = await post(simulator);
  expect([status, body.node_errors['3'].errors[0].type]).toEqual([400, 'value_not_in_list']);
  expect((await ask(`${simulator.url}/models/vae`)).body).not.toContain('ae.safetensors');
});

test('A proxy in front, refused connections, stalls and broken downloads can be had.', async () => {
  const simulator = await simulate();
  simulator.setFaults({ badGateway: true });
  expect(await ask(`${simulator.url}/prompt`)).toMatchObject({ status: 502, body: undefined });
  simulator.setFaults({ badGateway: false, brokenDownloads: 1 });
  const { outputs } = await finished(simulator.url, await submit(simulator.url, flux()));
  const view = `${simulator.url}/view?filename=${outputs['9'].images[0].filename}`;
  await expect(ask(view)).rejects.toThrow('terminated');
  expect((await ask(view)).status).toBe(200);
  const closed = simulator.refuse(1000);
  await expect(ask(`${simulator.url}/prompt`)).rejects.toThrow('fetch failed');
  await closed;
  expect((await ask(view)).status).toBe(200);
});

test('A crash loses what waits, runs and has run, and keeps the files; the same id can be submitted again.', async () => {
  const simulator = await simulate({ stepMs: 20 });
  const done = await submit(simulator.url, quick());
  const { outputs } = await finished(simulator.url, done);
  const id = await submit(simulator.url, flux('a fox', 7, LONG));
  await simulator.crash();
  await expect(ask(`${simulator.url}/prompt`)).rejects.toThrow('fetch failed');
  await simulator.restart();
  expect([await jobOf(simulator, done), await jobOf(simulator, id)]).toEqual(['unknown', 'unknown']);
  const { filename, subfolder } = outputs['4'].images[0];
  expect((await ask(`${simulator.url}/view?filename=${filename}&subfolder=${subfolder}`)).status).toBe(200);
  const again = await ask(`${simulator.url}/prompt`, 'POST', { prompt: flux(), prompt_id: id });
  expect(again.body.number).toBe(0);
  await finished(simulator.url, id);
  expect(simulator.stats()).toMatchObject({ starts: 2, executions: { [id]: 1 }, executedToEnd: 2 });
});

test('Prompts can vanish, and history can be evicted.', async () => {
  const simulator = await simulate({ stepMs: 20 });
  const running = await submit(simulator.url, flux('a fox', 7, LONG));
  const waiting = await submit(simulator.url, quick());
  for (const id of [running, waiting]) simulator.vanish(id);
  await until(
    async () => ((await ask(`${simulator.url}/prompt`)).body.exec_info.queue_remaining === 0 ? true : undefined),
    'all gone',
  );
  expect([await jobOf(simulator, running), await jobOf(simulator, waiting)]).toEqual(['unknown', 'unknown']);
  const id = await submit(simulator.url, quick());
  await finished(simulator.url, id);
  simulator.evict(id);
  expect(await jobOf(simulator, id)).toBe('unknown');
});

test('A blocked branch is told like an error, and ends nothing.', async () => {
  const simulator = await simulate();
  simulator.setFaults({ blockedBranches: 1 });
  const ear = await listen(simulator.url);
  const { status } = await finished(simulator.url, await submit(simulator.url, flux(), { client_id: ear.clientId }));
  await ear.hears(
    ({ type, data }) => type === 'execution_error' && data.exception_type === 'ExecutionBlocked',
    'the branch',
  );
  expect(status.completed).toBe(true);
});

test('Two prompts that cannot be told apart kill the worker while others wait, and HTTP goes on.', async () => {
  const simulator = await simulate({ stepMs: 30 });
  const running = await submit(simulator.url, flux('a fox', 7, 50));
  const number = (value: number): object => ({ prompt: quick(), prompt_id: randomUUID(), number: value });
  const same = number(7);
  const answers: Answer[] = [];
  for (const body of [number(1), same, same, number(9), number(10)])
    answers.push(await ask(`${simulator.url}/prompt`, 'POST', body));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  await finished(simulator.url, running);
  const body = await until(async () => {
    const { body: queue } = await ask(`${simulator.url}/queue`);
    return queue.queue_running.length === 0 && queue.queue_pending.length < 5 ? queue : undefined;
  }, 'the worker is dead');
  expect([body.queue_running, body.queue_pending.map(([value]: [number]) => value)]).toEqual([[], [10, 7, 7, 9]]);
  expect(await jobOf(simulator, answers[0]?.body.prompt_id)).toBe('unknown');
});

test('A node without inputs that no output needs kills the worker, and its prompt runs for ever.', async () => {
  const simulator = await simulate();
  const id = await submit(simulator.url, { ...quick(), '9': { class_type: 'EmptyImage' } });
  const next = await submit(simulator.url, quick());
  await until(async () => ((await jobOf(simulator, id)) === 'in_progress' ? true : undefined), 'it runs');
  await ask(`${simulator.url}/api/jobs/${id}/cancel`, 'POST');
  await sleep(QUIET_MS);
  expect([await jobOf(simulator, id), await jobOf(simulator, next)]).toEqual(['in_progress', 'pending']);
});

test('Alone in the queue the second of two such is a 500, and both run.', async () => {
  const simulator = await simulate({ stepMs: 30 });
  const running = await submit(simulator.url, flux('a fox', 7, 50));
  const same = { prompt: quick(), prompt_id: randomUUID(), number: 7 };
  const answers = [
    await ask(`${simulator.url}/prompt`, 'POST', same),
    await ask(`${simulator.url}/prompt`, 'POST', same),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 500]);
  await finished(simulator.url, running);
  await until(
    async () => ((await ask(`${simulator.url}/prompt`)).body.exec_info.queue_remaining === 0 ? true : undefined),
    'both ran',
  );
  expect(
    simulator.stats().submissions.filter(({ id, outcome }) => id === same.prompt_id && outcome === 'success'),
  ).toHaveLength(2);
});

test('The same switches are there over HTTP.', async () => {
  const simulator = await simulate();
  const at = `${simulator.url}/simulator`;
  expect((await ask(`${at}/faults`, 'PATCH', { frozen: true, loseCancels: 2 })).body).toMatchObject({
    frozen: true,
    loseCancels: 2,
  });
  expect(simulator.faults.frozen).toBe(true);
  expect((await ask(`${at}/clear-faults`, 'POST')).status).toBe(200);
  expect((await ask(`${at}/faults`)).body.frozen).toBe(false);
  await ask(`${at}/refuse`, 'POST', { ms: QUIET_MS });
  await until(
    () =>
      ask(`${at}/stats`).then(
        ({ body }) => body.starts as number,
        () => undefined,
      ),
    'it is back',
  );
});
