import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareComfyui } from '../../src/prepare/prepare-comfyui.ts';
import { createListTemplates, createShowTemplate } from '../../src/api/handlers/templates.ts';
import { AppError } from '../../src/errors.ts';
import { createTemplateStore } from '../../src/templates/template-store.ts';
import { ANYBODY } from '../helpers/caller.ts';
import { makeAssetFolder } from '../helpers/asset-folder.ts';
import { scratchFolder } from '../helpers/scratch.ts';
import { TEMPLATES_FOLDER } from '../helpers/template-rig.ts';

const templates = createTemplateStore({ folder: TEMPLATES_FOLDER });
let assets: Awaited<ReturnType<typeof makeAssetFolder>>;
beforeAll(async () => {
  assets = await makeAssetFolder();
  await writeFile(path.join(assets.root, 'clip.mp4'), 'x');
});
afterAll(() => assets.remove());

const prepare = (payload: object, store = templates) =>
  prepareComfyui(
    {
      assets: { root: assets.root, aliases: [{ from: '/opt/mcn/assets', to: '' }] },
      templates: store,
      randomSeed: () => 42,
    },
    'the-task',
    payload,
  );
const told = async (payload: object): Promise<string[]> =>
  (await prepare(payload)).errors.map(({ path: where, message }) => `${where}: ${message}`);

const GRAPH = {
  '3': { class_type: 'KSampler', inputs: { seed: 5, steps: 20, model: ['4', 0] }, _meta: { title: 'Sampler' } },
  '4': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'a.safetensors' } },
};

describe('A template with params', () => {
  test('becomes a graph, its uploads, its models and its seed', async () => {
    const { input, errors, summary } = await prepare({
      template: 'wan_i2v',
      params: {
        IMAGE_PATH: '/opt/mcn/assets/picture.png',
        MOTION_PROMPT: 'waves\nroll in',
        STEPS: '30',
        '10': { 'inputs.cfg': 5 },
        MOOD: 'calm',
      },
    });
    expect(errors).toEqual([]);
    expect(input).toMatchObject({
      template: 'wan_i2v',
      seed: 42,
      uploads: [{ node: '15', input: 'image', asset: 'picture.png', kind: 'image' }],
      outputs: [{ node: '14', kind: 'video' }],
      ignored: ['MOOD'],
    });
    expect(input?.graph['10']?.inputs).toMatchObject({ steps: 30, cfg: 5, end_at_step: 15 });
    expect(summary).toBe('wan_i2v: waves roll in, 832×480, 81 frames, seed 42');
  });

  test.each(['🦊', '\u0001', '\ud83d', '"', '狐'])('and a prompt full of %j has a short summary', async (letter) => {
    const POSITIVE_PROMPT = letter.repeat(5000);
    const { summary } = await prepare({ template: 'flux_dev', params: { POSITIVE_PROMPT } });
    expect(Buffer.byteLength(JSON.stringify(summary))).toBeLessThan(400);
  });

  test('whose seed is overridden at its node tells that seed', async () => {
    const { input } = await prepare({
      template: 'flux_dev',
      params: { POSITIVE_PROMPT: 'x', SEED: 1, '7': { seed: 99 } },
    });
    expect(input?.seed).toBe(99);
  });

  test('may be named with its ending, and without params where it needs none', async () => {
    expect(await told({ template: 'flux_dev.json' })).toEqual([
      'payload.params.POSITIVE_PROMPT: expected text: this parameter is required',
    ]);
  });

  test('uploads nothing where an override names a file that ComfyUI has', async () => {
    const params = { IMAGE: 'picture.png', POSITIVE_PROMPT: 'x', '15': { image: 'example.png' } };
    const { input } = await prepare({ template: 'wan_i2v', params });
    expect(input?.uploads).toEqual([]);
    expect(input?.graph['15']?.inputs['image']).toBe('example.png');
  });

  test('with errors everywhere reports them all at once, including files', async () => {
    expect(
      await told({
        template: 'wan_i2v',
        params: { IMAGE: '../outside.png', WIDTH: 1000, FRAMES: 80, SEED: 2 ** 53, '99': { x: 1 }, '10': { cfg: [] } },
      }),
    ).toEqual([
      'payload.params.POSITIVE_PROMPT: expected text: this parameter is required',
      'payload.params.SEED: expected a seed: a whole number from 0 to 9007199254740991 (2^53 − 1), or -1 for a random one',
      'payload.params.WIDTH: expected a whole number from 128 to 1920 in steps of 16, such as 992 or 1008',
      'payload.params.FRAMES: expected a whole number from 1 to 257 in steps of 4, such as 77 or 81',
      'payload.params.IMAGE: expected a path inside ASSET_PATH; this one leads outside (../outside.png)',
      'payload.params.10.cfg: expected text, a number, true or false; not a list or an object',
      expect.stringContaining('payload.params.99: there is no node 99') as string,
    ]);
  });

  test.each([
    ['gone.png', 'no such file under ASSET_PATH (gone.png)'],
    ['empty.png', 'this file is empty (empty.png)'],
    ['escape.png', 'this is a symbolic link to a place outside ASSET_PATH (escape.png)'],
    ['http://host/a.png', 'not a URL'],
    ['clip.mp4', 'expected an image, for example one that ends in .png, .jpg, .jpeg (clip.mp4)'],
  ])('and the file %s is refused: %s', async (IMAGE, message) => {
    const errors = await told({ template: 'wan_i2v', params: { IMAGE, POSITIVE_PROMPT: 'x' } });
    expect(errors).toEqual([expect.stringContaining(message)]);
  });
});

describe('A template that', () => {
  test('does not exist is "Template not found", with the names that do', async () => {
    const { errors, code } = await prepare({ template: 'flux_dv' });
    expect(code).toBe('template_not_found');
    expect(new AppError('template_not_found').message).toBe('Template not found');
    expect(errors).toEqual([
      {
        path: 'payload.template',
        message: 'there is no template called "flux_dv"; did you mean flux_dev? Available: flux_dev, wan_i2v, wan_t2v',
      },
    ]);
  });

  test.each(['../package', 'flux_dev.params', '/etc/passwd', '__proto__', 'toString'])(
    'is called %s is none',
    async (name) => {
      expect((await prepare({ template: name })).code).toBe('template_not_found');
    },
  );

  test('is broken says why', async () => {
    const folder = await scratchFolder();
    await writeFile(path.join(folder, 'mine.json'), '{');
    const { errors, code } = await prepare({ template: 'mine' }, createTemplateStore({ folder }));
    expect(code).toBe('template_broken');
    expect(errors[0]?.message).toContain('mine.json is not valid JSON');
  });
});

describe('A graph of the client', () => {
  test('is taken as it is, with its seed and its models', async () => {
    const { input, summary } = await prepare({ workflow: GRAPH });
    expect(input).toEqual({
      template: null,
      graph: GRAPH,
      uploads: [],
      seed: 5,
      models: [{ folder: 'checkpoints', file: 'a.safetensors', node: '4', input: 'ckpt_name' }],
      ignored: [],
    });
    expect(summary).toBe('own graph: 2 nodes, seed 5');
  });

  test('may hold placeholders and take node overrides', async () => {
    const workflow = {
      ...GRAPH,
      '5': { class_type: 'LoadImage', inputs: { image: '{{IMAGE}}' } },
      '6': { class_type: 'CLIPTextEncode', inputs: { text: 'a {{COLOUR}} fox' } },
    };
    const params = { IMAGE: 'picture.png', COLOUR: 'red', '3': { steps: 4 } };
    const { input } = await prepare({ workflow, params });
    expect(input?.uploads).toEqual([{ node: '5', input: 'image', asset: 'picture.png', kind: 'image' }]);
    expect(input?.graph['6']?.inputs['text']).toBe('a red fox');
    expect(input?.graph['3']?.inputs['steps']).toBe(4);
    expect(await told({ workflow, params: { COLOUR: 'red' } })).toEqual([
      'payload.params.IMAGE: expected the path of a file under ASSET_PATH: this parameter is required',
    ]);
  });

  test("in the editor's format is refused with the way to export it", async () => {
    expect(await told({ workflow: { nodes: [], links: [], version: 0.4 } })).toEqual([
      'payload.workflow: this is the format of the ComfyUI editor; in ComfyUI choose Workflow → Export (API) and send that file',
    ]);
  });

  test('with a dangling link, a node without a class and a seed beyond JSON is refused with all three', async () => {
    const workflow = {
      '3': { class_type: 'KSampler', inputs: { seed: 2 ** 60, model: ['9', 0] } },
      '4': { inputs: {} },
    };
    expect(await told({ workflow })).toEqual([
      'payload.workflow.4.class_type: expected the class of the node',
      expect.stringContaining('payload.workflow.3.inputs.seed: this integer arrived as 1152921504606846976') as string,
      'payload.workflow.3.inputs.model: this link refers to node "9", which does not exist',
    ]);
  });
});

test.each([
  [{}, 'payload.template: expected the name of a template (GET /templates lists them), or a graph in payload.workflow'],
  [{ template: 7 }, 'payload.template: expected the name of a template'],
  [
    { template: '' },
    'payload.template: expected the name of a template (GET /templates lists them), or a graph in payload.workflow',
  ],
  [{ workflow: [] }, 'payload.workflow: expected a graph in API format: an object of nodes'],
  [{ template: 'flux_dev', workflow: GRAPH }, 'payload.workflow: expected either a template or a workflow, not both'],
  [{ template: 'flux_dev', params: [] }, 'payload.params: expected an object of parameters'],
])('The payload %j is refused: %s', async (payload, message) => {
  expect(await told(payload)).toEqual([message]);
});

test('A bad parameter and a bad graph have no code of their own; the caller knows where they came from', async () => {
  expect(await prepare({ template: 'flux_dev', params: { POSITIVE_PROMPT: 'x', WIDTH: 'a.wav' } })).not.toHaveProperty(
    'code',
    expect.anything(),
  );
  expect(await prepare({ workflow: [] })).not.toHaveProperty('code', expect.anything());
});

describe('The page', () => {
  const show = (name: string) =>
    createShowTemplate({ templates })({
      params: { name },
      query: {},
      headers: {},
      body: undefined,
      client: 'test',
      caller: ANYBODY,
    });

  test('of all templates describes each and names the broken ones', async () => {
    const folder = await scratchFolder();
    await writeFile(path.join(folder, 'mine.json'), JSON.stringify(GRAPH));
    await writeFile(path.join(folder, 'bad.json'), '{');
    const { status, body } = await createListTemplates({ templates: createTemplateStore({ folder }) })();
    expect(status).toBe(200);
    expect(body).toEqual({
      templates: [expect.objectContaining({ name: 'mine', files: [], outputs: null })],
      broken: [{ name: 'bad', problem: expect.stringContaining('not valid JSON') as string }],
    });
  });

  test('of one template has its parameters as JSON Schema', async () => {
    const { body } = await show('flux_dev');
    expect(body).toMatchObject({
      name: 'flux_dev',
      params: { $schema: 'https://json-schema.org/draft/2020-12/schema', properties: { STEPS: { default: 20 } } },
    });
  });

  test('of a template that does not exist is not found', async () => {
    await expect(show('nothing')).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('flux_dev') as string,
    });
  });
});

describe('A value that ComfyUI or JSON would change silently', () => {
  const sampler = (inputs: object) => ({ workflow: { '3': { class_type: 'KSampler', inputs } } });

  test.each([{ seed: -1 }, { seed: null }, { noise_seed: -1 }])(
    'A seed of %j is drawn at random and reported',
    async (inputs) => {
      const { input, errors } = await prepare(sampler(inputs));
      expect(errors).toEqual([]);
      expect(input?.seed).toBe(42);
      expect(Object.values(input?.graph['3']?.inputs ?? {})).toEqual([42]);
    },
  );

  test.each([
    [{ value: 2 ** 53 }, 'payload.workflow.3.inputs.value'],
    [{ value: -(2 ** 60) }, 'payload.workflow.3.inputs.value'],
    [{ value: { deep: [1, 2, 2 ** 63] } }, 'payload.workflow.3.inputs.value.deep[2]'],
  ])('An integer in %j, which is not exact, is refused with its path', async (inputs, where) => {
    expect((await told(sampler(inputs))).join()).toContain(`${where}: this integer arrived as`);
  });

  test('An integer of an override is refused too', async () => {
    const lines = await told({ ...sampler({ value: 1 }), params: { '3': { value: 2 ** 55 } } });
    expect(lines.join()).toContain('this integer arrived as');
  });

  test('Extra data is refused with its path', async () => {
    const lines = await told({ ...sampler({ seed: 1 }), extra_data: { api_key_comfy_org: 'secret' } });
    expect(lines).toEqual([expect.stringMatching(/^payload\.extra_data: /)]);
    expect(lines.join()).not.toContain('secret');
  });
});
