import { expect, test } from 'vitest';
import { createModelFiles } from '../../../src/simulators/comfyui/model-files.ts';
import { objectInfo } from '../../../src/simulators/comfyui/nodes/object-info.ts';
import { nodeClasses } from '../../../src/simulators/comfyui/nodes/table.ts';
import { ask, type Body } from './client.ts';
import { conformanceTarget, isReal } from './target.ts';

const target = conformanceTarget();

test('The server says what it is, and how much memory it has.', async () => {
  const { body } = await ask(`${target()}/system_stats`);
  expect(body.system).toMatchObject({
    comfyui_version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    ram_total: expect.any(Number),
    argv: expect.any(Array),
  });
  expect(body.devices[0]).toMatchObject({
    name: expect.any(String),
    type: expect.any(String),
    vram_total: expect.any(Number),
    vram_free: expect.any(Number),
  });
});

test('Classes and folders are described one by one.', async () => {
  expect((await ask(`${target()}/object_info/NoSuchNode`)).body).toEqual({});
  const { body } = await ask(`${target()}/object_info/SaveImage`);
  expect(body.SaveImage).toMatchObject({
    name: 'SaveImage',
    output_node: true,
    input_order: { required: ['images', 'filename_prefix'] },
  });
  expect((await ask(`${target()}/models`)).body).toEqual(
    expect.arrayContaining(['diffusion_models', 'text_encoders', 'vae', 'loras']),
  );
  expect(await ask(`${target()}/models/diffusion_models`)).toMatchObject({ status: 200, body: expect.any(Array) });
  expect(await ask(`${target()}/models/no_such_folder`)).toMatchObject({ status: 404, text: '' });
});

test('Every route also works below /api; unknown ones are refused.', async () => {
  const answers = await Promise.all(
    ['/api/prompt', '/api/system_stats', '/no/such/route', '/history?max_items=abc'].map((path) =>
      ask(`${target()}${path}`),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 404, 500]);
  expect(await ask(`${target()}/prompt`, 'PUT')).toMatchObject({ status: 405, text: '405: Method Not Allowed' });
});

interface Described {
  output: string[];
  output_node: boolean;
  input: { required: Record<string, [unknown, Body?]>; optional?: Record<string, [unknown, Body?]> };
}

/**
 * Type and limits of each input: what a graph is checked against. Files that are there differ from server to server.
 */
const checked = ({ output, output_node, input }: Described): unknown => {
  const inputs = Object.entries({ ...input.required, ...input.optional }).map(([name, [type, config = {}]]) => {
    const choices = Array.isArray(type) ? type : type === 'COMBO' ? config.options : undefined;
    const ours =
      /_name\d?$|^image$/.test(name) && choices !== undefined && name !== 'sampler_name' ? 'files' : (choices ?? type);
    return [name, ours, config.min, config.max, config.default];
  });
  return { output, output_node, required: Object.keys(input.required), inputs };
};

test.runIf(isReal).for(nodeClasses().map(({ name }) => name))(
  'The class %s takes and gives what the table of the stand-in says.',
  async (name) => {
    const [one] = nodeClasses().filter((candidate) => candidate.name === name);
    const { body } = await ask(`${target()}/object_info/${name}`);
    if (one === undefined || body[name] === undefined) throw new Error('the server does not have it');
    expect(checked(objectInfo(one, createModelFiles(), []) as unknown as Described)).toEqual(checked(body[name]));
  },
);
