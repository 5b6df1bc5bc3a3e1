import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { ask, finished, idle, listen, submit, until, type Frame } from './client.ts';
import { ownPrefix, quick, slow } from './graphs.ts';
import { conformanceTarget } from './target.ts';

const target = conformanceTarget();

test('A clean run says start, cached, each node, its output, success, and last that nothing runs.', async () => {
  await idle(target());
  const ear = await listen(target());
  const prefix = ownPrefix();
  const id = await submit(target(), quick(prefix), { client_id: ear.clientId });
  await ear.hears(({ type, data }) => type === 'executing' && data.node === null, 'the end');
  const file = { filename: `${prefix.split('/')[1]}_00001_.png`, subfolder: 'conformance', type: 'output' };
  expect(ear.about(id).map(({ type, data }) => [type, data.node ?? data.nodes ?? null])).toEqual([
    ['execution_start', null],
    ['execution_cached', []],
    ['executing', '1'],
    ['executing', '2'],
    ['executing', '3'],
    ['executing', '4'],
    ['executed', '4'],
    ['execution_success', null],
    ['executing', null],
  ]);
  expect(ear.about(id)[6]?.data).toEqual({ node: '4', display_node: '4', output: { images: [file] }, prompt_id: id });
  expect(ear.about(id)[2]?.data).toEqual({ node: '1', display_node: '1', prompt_id: id });
  const statuses = ear.frames.filter(({ type }) => type === 'status').map(({ data }) => data.status.exec_info);
  expect(statuses).toEqual([0, 1, 1, 0].map((count) => ({ queue_remaining: count })));
  expect(ear.frames.map(({ type }) => type).slice(-3)).toEqual(['execution_success', 'status', 'executing']);
});

test('Progress states name all nodes that have started, each running before and finished after.', async () => {
  const ear = await listen(target());
  const id = await submit(target(), quick(), { client_id: ear.clientId });
  await ear.hears(({ type, data }) => type === 'executing' && data.node === null, 'the end');
  const states = ear.frames.filter(({ type }) => type === 'progress_state').map(({ data }) => data.nodes);
  expect(
    states.map((nodes) => Object.values(nodes as Record<string, { state: string }>).map(({ state }) => state)),
  ).toEqual(
    [1, 2, 3, 4].flatMap((count) => {
      const before = Array.from({ length: count - 1 }, () => 'finished');
      return [
        [...before, 'running'],
        [...before, 'finished'],
      ];
    }),
  );
  expect(states[0]['1']).toEqual({
    value: 0,
    max: 1,
    state: 'running',
    node_id: '1',
    prompt_id: id,
    display_node_id: '1',
    parent_node_id: null,
    real_node_id: '1',
  });
});

test('A finished prompt is in history and a completed job, and neither once its entry is deleted.', async () => {
  const clientId = randomUUID();
  const graph = quick();
  const id = await submit(target(), graph, {
    client_id: clientId,
    extra_data: { mine: { a: 1 }, api_key_comfy_org: 'x' },
  });
  const entry = await finished(target(), id);
  const { prompt, outputs, status, meta } = entry;
  expect(prompt.slice(1)).toEqual([
    id,
    graph,
    { mine: { a: 1 }, client_id: clientId, create_time: expect.any(Number) },
    ['4'],
  ]);
  expect(Object.keys(outputs)).toEqual(['4']);
  expect(status.status_str).toBe('success');
  expect(status.completed).toBe(true);
  expect(status.messages.map(([name]: [string]) => name)).toEqual([
    'execution_start',
    'execution_cached',
    'execution_success',
  ]);
  expect(status.messages[0][1]).toEqual({ prompt_id: id, timestamp: expect.any(Number) });
  expect(meta).toEqual({ '4': { node_id: '4', display_node: '4', parent_node: null, real_node_id: '4' } });

  const { body: job } = await ask(`${target()}/api/jobs/${id}`);
  expect(job).toEqual({
    id,
    status: 'completed',
    priority: prompt[0],
    create_time: prompt[3].create_time,
    execution_start_time: expect.any(Number),
    execution_end_time: expect.any(Number),
    outputs_count: 1,
    previewable_outputs_count: 1,
    preview_output: { ...outputs['4'].images[0], nodeId: '4', mediaType: 'images' },
    outputs,
    execution_status: status,
    workflow: { prompt: graph, extra_data: prompt[3] },
  });

  const deleted = await ask(`${target()}/history`, 'POST', { delete: [id] });
  expect([deleted.status, deleted.text]).toEqual([200, '']);
  expect((await ask(`${target()}/history/${id}`)).body).toEqual({});
  const gone = await ask(`${target()}/api/jobs/${id}`);
  expect([gone.status, gone.body]).toEqual([404, { error: 'Job not found' }]);
});

test('While a prompt runs it is in the queue and an unfinished job, and history does not know it.', async () => {
  await idle(target());
  const graph = slow();
  const id = await submit(target(), graph, { client_id: 'nobody' });
  const running = await until(async () => {
    const { body } = await ask(`${target()}/queue`);
    return body.queue_running[0] as unknown[] | undefined;
  }, 'it runs');
  expect(running.slice(1)).toEqual([id, graph, { client_id: 'nobody', create_time: expect.any(Number) }, ['6']]);
  expect((await ask(`${target()}/api/jobs/${id}`)).body).toEqual({
    id,
    status: 'in_progress',
    priority: running[0],
    create_time: (running[3] as { create_time: number }).create_time,
    outputs_count: 0,
    previewable_outputs_count: 0,
  });
  expect((await ask(`${target()}/history/${id}`)).body).toEqual({});
  expect((await ask(`${target()}/prompt`)).body).toEqual({ exec_info: { queue_remaining: 1 } });
  await ask(`${target()}/api/jobs/${id}/cancel`, 'POST');
  await finished(target(), id);
});

test('Ids that are left out are made by the server.', async () => {
  for (const more of [{}, { prompt_id: null }]) {
    const { status, body } = await ask(`${target()}/prompt`, 'POST', { prompt: quick(), ...more });
    expect(status).toBe(200);
    expect(body).toEqual({
      prompt_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      number: expect.any(Number),
      node_errors: {},
    });
    await finished(target(), body.prompt_id);
  }
});

test('Of a prompt without a client everybody hears the progress and nobody the rest.', async () => {
  await idle(target());
  const ear = await listen(target());
  const id = await submit(target(), quick());
  await finished(target(), id);
  const about = ({ type, data }: Frame): boolean => type === 'progress_state' && data.prompt_id === id;
  await ear.hears((frame) => about(frame) && frame.data.nodes['4']?.state === 'finished', 'the last of its progress');
  await idle(target());
  expect(ear.about(id)).toEqual([]);
  expect(ear.frames.filter(about).length).toBe(8);
});

test('A prompt of another client is not heard, but for how much waits.', async () => {
  await idle(target());
  const ear = await listen(target());
  const id = await submit(target(), quick(), { client_id: randomUUID() });
  await finished(target(), id);
  await idle(target());
  await ear.hears(({ type, data }) => type === 'status' && data.status.exec_info.queue_remaining === 1, 'it waits');
  expect(new Set(ear.frames.map(({ type }) => type))).toEqual(new Set(['status']));
});
