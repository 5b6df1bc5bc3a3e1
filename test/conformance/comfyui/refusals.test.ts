import { expect, test } from 'vitest';
import { ask, finished, submit, until, type Body } from './client.ts';
import { changed, ownPrefix, quick, type Graph } from './graphs.ts';
import { conformanceTarget } from './target.ts';

const target = conformanceTarget();
const post = (body: unknown): ReturnType<typeof ask> => ask(`${target()}/prompt`, 'POST', body);
const FAILED = {
  type: 'prompt_outputs_failed_validation',
  message: 'Prompt outputs failed validation',
  details: '',
  extra_info: {},
};
const METHODS = ['nearest-exact', 'bilinear', 'area', 'bicubic', 'lanczos'];

/** What is wrong with one node, all else about the refusal being as usual. */
async function onlyError(graph: Graph, node: string): Promise<Body> {
  const { status, body } = await post({ prompt: graph });
  expect(status).toBe(400);
  expect(body.error).toEqual(FAILED);
  expect(Object.keys(body.node_errors)).toEqual([node]);
  expect(body.node_errors[node]).toEqual({
    errors: [expect.anything()],
    dependent_outputs: ['4'],
    class_type: graph[node]?.class_type,
  });
  return body.node_errors[node].errors[0];
}

test('A class that is not installed is named.', async () => {
  const { status, body } = await post({
    prompt: { ...quick(), '3': { class_type: 'NoSuchNode', inputs: { image: ['2', 0] } } },
  });
  expect(status).toBe(400);
  expect(body).toEqual({
    error: {
      type: 'missing_node_type',
      message: "Node 'NoSuchNode' not found. The custom node may not be installed.",
      details: "Node ID '#3'",
      extra_info: { node_id: '3', class_type: 'NoSuchNode', node_title: 'NoSuchNode' },
    },
    node_errors: {},
  });
});

test('A node without a class is refused.', async () => {
  const { status, body } = await post({ prompt: { ...quick(), '3': { inputs: { image: ['2', 0] } } } });
  expect([status, body.error.type, body.error.extra_info]).toEqual([
    400,
    'missing_node_type',
    { node_id: '3', class_type: null, node_title: null },
  ]);
});

test('A required input that is missing is named.', async () => {
  expect(await onlyError(changed(quick(), '1', { width: undefined }), '1')).toEqual({
    type: 'required_input_missing',
    message: 'Required input is missing',
    details: 'width',
    extra_info: { input_name: 'width' },
  });
});

test('A choice that is not in the list is refused with the list.', async () => {
  expect(await onlyError(changed(quick(), '3', { upscale_method: 'wrong' }), '3')).toEqual({
    type: 'value_not_in_list',
    message: 'Value not in list',
    details: `upscale_method: 'wrong' not in ['${METHODS.join("', '")}']`,
    extra_info: { input_name: 'upscale_method', input_config: [METHODS, {}], received_value: 'wrong' },
  });
});

test('A model file that is not there is a choice that is not in the list.', async () => {
  const graph: Graph = {
    '1': { class_type: 'UNETLoader', inputs: { unet_name: 'absent.safetensors', weight_dtype: 'default' } },
    '2': { class_type: 'PreviewAny', inputs: { source: ['1', 0] } },
  };
  const { status, body } = await post({ prompt: graph });
  expect([status, body.error]).toEqual([400, FAILED]);
  const [error] = body.node_errors['1'].errors;
  expect([error.type, error.extra_info.input_name, error.extra_info.received_value]).toEqual([
    'value_not_in_list',
    'unet_name',
    'absent.safetensors',
  ]);
  expect(error.details).toMatch(/^unet_name: 'absent.safetensors' not in \[.*\]$/);
});

test('A long list of choices is left out of the refusal.', async () => {
  const graph: Graph = {
    '1': { class_type: 'KSamplerSelect', inputs: { sampler_name: 'wrong' } },
    '2': { class_type: 'PreviewAny', inputs: { source: ['1', 0] } },
  };
  const { body } = await post({ prompt: graph });
  const [error] = body.node_errors['1'].errors;
  expect(error.details).toMatch(/^sampler_name: 'wrong' not in \(list of length \d+\)$/);
  expect(error.extra_info.input_config).toBeNull();
});

test('Numbers outside their limits are refused.', async () => {
  const small = await onlyError(changed(quick(), '1', { width: 0 }), '1');
  expect([small.type, small.message, small.details]).toEqual([
    'value_smaller_than_min',
    'Value 0 smaller than min of 1',
    'width',
  ]);
  expect(small.extra_info.received_value).toBe(0);
  const big = await onlyError(changed(quick(), '3', { height: 99_999 }), '3');
  expect([big.type, big.message]).toEqual(['value_bigger_than_max', 'Value 99999 bigger than max of 16384']);
});

test('A text that is no number is refused where one belongs.', async () => {
  const error = await onlyError(changed(quick(), '1', { width: 'abc' }), '1');
  expect([error.type, error.message, error.details]).toEqual([
    'invalid_input_type',
    'Failed to convert an input value to a INT value',
    "width, abc, invalid literal for int() with base 10: 'abc'",
  ]);
});

test('Several things that are wrong are all said.', async () => {
  const { body } = await post({
    prompt: changed(changed(quick(), '1', { width: undefined, height: 0 }), '3', { crop: 'x' }),
  });
  expect(body.node_errors['1'].errors.map(({ type }: { type: string }) => type).toSorted()).toEqual([
    'required_input_missing',
    'value_smaller_than_min',
  ]);
  expect(body.node_errors['3'].errors.map(({ type }: { type: string }) => type)).toEqual(['value_not_in_list']);
});

test('Numbers in strings, fractions for whole numbers and steps that do not fit are accepted.', async () => {
  const graph = changed(quick(), '1', { width: '64', height: 65.7 });
  const id = await submit(target(), graph);
  const { prompt } = await finished(target(), id);
  expect(prompt[2]['1'].inputs).toEqual({ ...graph['1']?.inputs, width: 64, height: 65 });
  const latent: Graph = {
    '1': { class_type: 'EmptySD3LatentImage', inputs: { width: 71, height: 33, batch_size: 1 } },
    '2': { class_type: 'PreviewAny', inputs: { source: ['1', 0] } },
  };
  await finished(target(), await submit(target(), latent));
});

test('A link to a node that is not there, or to an output that is not there, is refused at the output.', async () => {
  const dangling = await post({ prompt: changed(quick(), '4', { images: ['99', 0] }) });
  expect([dangling.status, dangling.body.error.details]).toEqual([400, "Exception when validating node: '99'"]);
  expect(dangling.body.node_errors['4'].errors[0].extra_info.exception_type).toBe('KeyError');
  const slot = await post({ prompt: changed(quick(), '4', { images: ['1', 5] }) });
  expect(slot.body.error.details).toBe('Exception when validating node: tuple index out of range');
  expect(slot.body.node_errors['4'].errors[0]).toMatchObject({
    type: 'exception_during_validation',
    message: 'Exception when validating node',
    extra_info: { exception_type: 'IndexError' },
  });
});

test('A link to nothing further up is told of the node that is linked.', async () => {
  const { status, body } = await post({ prompt: changed(quick(), '2', { image: ['99', 0] }) });
  expect([status, body.error]).toEqual([400, FAILED]);
  expect(Object.keys(body.node_errors)).toEqual(['2']);
  expect(body.node_errors['2'].errors[0]).toMatchObject({
    type: 'exception_during_inner_validation',
    message: 'Exception when validating inner node',
    details: "'99'",
    extra_info: { input_name: 'image', exception_type: 'KeyError', exception_message: "'99'", linked_node: ['2', 0] },
  });
});

test('A link that is no pair is refused, at an output also in the first line.', async () => {
  const { body } = await post({ prompt: changed(quick(), '4', { images: ['1', 0, 2] }) });
  expect(body.error.details).toBe('Bad linked input, must be a length-2 list of [node_id, slot_index]: images');
  expect(body.node_errors['4'].errors[0].type).toBe('bad_linked_input');
});

test('A link of the wrong kind is refused with both kinds.', async () => {
  const latent = { class_type: 'EmptyLatentImage', inputs: { width: 64, height: 64, batch_size: 1 } };
  const error = await onlyError({ ...changed(quick(), '3', { image: ['5', 0] }), '5': latent }, '3');
  expect([error.type, error.details]).toEqual([
    'return_type_mismatch',
    'image, received_type(LATENT) mismatch input_type(IMAGE)',
  ]);
  expect(error.extra_info).toMatchObject({ received_type: 'LATENT', linked_node: ['5', 0] });
});

test('A cycle is refused at each of its nodes.', async () => {
  const { status, body } = await post({ prompt: changed(quick(), '2', { image: ['3', 0] }) });
  expect([status, body.error]).toEqual([400, FAILED]);
  expect(Object.keys(body.node_errors).toSorted()).toEqual(['2', '3']);
  expect(body.node_errors['3'].errors[0]).toEqual({
    type: 'dependency_cycle',
    message: 'Dependency cycle detected',
    details: '3 (ImageScale) -> 2 (ImageInvert) -> 3 (ImageScale)',
    extra_info: { node_id: '3', cycle_nodes: ['3', '2'] },
  });
});

test('A picture that is not there is refused, and one outside the input folder too.', async () => {
  for (const image of ['absent.png', '../../x.png']) {
    const graph: Graph = { ...quick(), '3': { class_type: 'LoadImage', inputs: { image } } };
    expect(await onlyError(graph, '3')).toEqual({
      type: 'custom_validation_failed',
      message: 'Custom validation failed for node',
      details: `image - Invalid image file: ${image}`,
      extra_info: { input_name: 'image' },
    });
  }
});

test('A graph without outputs, an empty one and none at all are refused.', async () => {
  const { '4': _output, ...rest } = quick();
  for (const prompt of [rest, {}])
    expect(await post({ prompt })).toMatchObject({
      status: 400,
      body: { error: { type: 'prompt_no_outputs', details: '' }, node_errors: {} },
    });
  for (const body of [{ client_id: 'x' }, [1, 2]])
    expect(await post(body)).toMatchObject({
      status: 400,
      body: { error: { type: 'no_prompt', message: 'No prompt provided' } },
    });
});

test('An id must be a canonical UUID.', async () => {
  for (const prompt_id of [
    'not-a-uuid',
    '994C58C0-399D-4833-A964-6D0B1289E6CC',
    'e4328752be0e40d4897063d3f01e9f06',
    7,
    true,
    '',
  ])
    expect(await post({ prompt: quick(), prompt_id })).toMatchObject({
      status: 400,
      body: { error: { type: 'invalid_prompt_id' } },
    });
});

test('What the server does not expect ends in plain text and a 500, and is not queued.', async () => {
  const bodies = [
    '{"prompt": {',
    '',
    { prompt: [1] },
    { prompt: 'x' },
    { prompt: null },
    { prompt: { nodes: [{ id: 1 }], links: [], version: 0.4 } },
  ];
  const graph = quick();
  for (const body of [
    ...bodies,
    { prompt: graph, number: 'abc' },
    { prompt: graph, number: null },
    { prompt: graph, extra_data: 'x', client_id: 'y' },
  ]) {
    const { status, type, text } = await post(body);
    expect([status, type, text]).toEqual([
      500,
      'text/plain; charset=utf-8',
      '500 Internal Server Error\n\nServer got itself in trouble',
    ]);
  }
  const { body } = await ask(`${target()}/queue`);
  expect(body).toEqual({ queue_running: [], queue_pending: [] });
});

test('A prompt with one good output is accepted, and the answer says what is wrong with the other.', async () => {
  const graph: Graph = {
    ...quick(),
    '5': { class_type: 'SaveImage', inputs: { images: ['6', 0], filename_prefix: ownPrefix() } },
    '6': {
      class_type: 'ImageScale',
      inputs: { image: ['1', 0], upscale_method: 'wrong', width: 64, height: 64, crop: 'disabled' },
    },
  };
  const { status, body } = await post({ prompt: graph });
  expect(status).toBe(200);
  expect(body.node_errors['6']).toMatchObject({
    errors: [{ type: 'value_not_in_list' }],
    dependent_outputs: ['5'],
    class_type: 'ImageScale',
  });
  const entry = await finished(target(), body.prompt_id);
  expect([entry.prompt[4], Object.keys(entry.outputs)]).toEqual([['4'], ['4']]);
});

test('Only the outputs that are asked for run.', async () => {
  const graph = {
    ...quick(),
    '7': { class_type: 'SaveImage', inputs: { images: ['2', 0], filename_prefix: ownPrefix() } },
  };
  const entry = await finished(target(), await submit(target(), graph, { partial_execution_targets: ['7'] }));
  expect(Object.keys(entry.outputs)).toEqual(['7']);
});

test('Refused submissions use up numbers, explicit ones do not.', async () => {
  const numberOf = async (more: object): Promise<number> =>
    (await post({ prompt: quick(), ...more })).body.number as number;
  const first = await numberOf({});
  await post({ prompt: {} });
  expect(await numberOf({})).toBe(first + 2);
  expect(await numberOf({ number: '1e9' })).toBe(1e9);
  expect(await numberOf({ front: true })).toBe(-(first + 3));
  await until(
    async () => ((await ask(`${target()}/prompt`)).body.exec_info.queue_remaining === 0 ? true : undefined),
    'idle',
  );
});
