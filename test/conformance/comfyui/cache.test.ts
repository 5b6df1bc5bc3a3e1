import { expect, test } from 'vitest';
import { ask, finished, idle, listen, submit, until, type Body } from './client.ts';
import { changed, ownPrefix, quick, type Graph } from './graphs.ts';
import { conformanceTarget } from './target.ts';

const target = conformanceTarget();

/** Which nodes came out of the cache, and the file. */
async function run(
  graph: Graph,
  more: Record<string, unknown> = {},
): Promise<{ cached: string[]; file: string; id: string; meta: Body }> {
  const id = await submit(target(), graph, more);
  const { status, outputs, meta } = await finished(target(), id);
  const [output] = Object.values(outputs as Record<string, { images: { filename: string }[] }>);
  return { id, meta, cached: status.messages[1][1].nodes.toSorted(), file: output?.images[0]?.filename ?? '' };
}

test('The same graph again runs nothing and names the old file.', async () => {
  await idle(target());
  const ear = await listen(target());
  const graph = quick();
  const first = await run(graph);
  const again = await run(graph, { client_id: ear.clientId });
  expect(first.cached).toEqual([]);
  expect(again).toMatchObject({ cached: ['1', '2', '3', '4'], file: first.file });
  await ear.hears(({ type, data }) => type === 'executing' && data.node === null, 'the end');
  const types = ear.frames
    .filter(({ type, data }) => type !== 'status' && data.prompt_id === again.id)
    .map(({ type }) => type);
  expect(types).toEqual([
    'execution_start',
    'execution_cached',
    'executed',
    'progress_state',
    'execution_success',
    'executing',
  ]);
  const state = ear.frames.find(({ type, data }) => type === 'progress_state' && data.prompt_id === again.id);
  expect(state?.data.nodes).toMatchObject({ '4': { value: 1, max: 1, state: 'finished' } });
  expect(Object.keys(state?.data.nodes)).toEqual(['4']);
});

test('With another prefix only the saving runs.', async () => {
  const graph = quick();
  await run(graph);
  const { cached, file } = await run(changed(graph, '4', { filename_prefix: ownPrefix() }));
  expect(cached).toEqual(['1', '2', '3']);
  expect(file).toMatch(/_00001_\.png$/);
});

test('An input that the class does not know makes another graph; node ids and titles do not.', async () => {
  const graph = quick();
  const first = await run(graph);
  expect((await run(changed(graph, '1', { nonsense: 1 }))).cached).toEqual([]);
  await run(graph);
  const renamed: Graph = Object.fromEntries(
    Object.entries(graph).map(([id, node]) => {
      const inputs = Object.entries(node.inputs).map(
        ([name, value]) => [name, Array.isArray(value) ? [`n${String(value[0])}`, value[1]] : value] as const,
      );
      return [`n${id}`, { ...node, inputs: Object.fromEntries(inputs), _meta: { title: 'x' } }];
    }),
  );
  const { cached, file, meta } = await run(renamed);
  expect(cached).toEqual(['n1', 'n2', 'n3', 'n4']);
  expect(file).not.toBe(first.file);
  expect(meta.n4.node_id).toBe('4');
});

test('Another graph in between makes the server forget, and so does freeing memory.', async () => {
  const graph = quick();
  await run(graph);
  await run(quick());
  expect((await run(graph)).cached).toEqual([]);
  const freed = await ask(`${target()}/free`, 'POST', { unload_models: true, free_memory: true });
  expect([freed.status, freed.text]).toEqual([200, '']);
  await until(async () => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    return true;
  }, 'the worker saw it');
  expect((await run(graph)).cached).toEqual([]);
  expect((await ask(`${target()}/free`, 'POST', '')).status).toBe(500);
});
