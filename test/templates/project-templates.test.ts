import { describe, expect, test } from 'vitest';
import { buildInput } from '../../src/templates/build-input.ts';
import { describeTemplate } from '../../src/templates/describe-template.ts';
import { resolveParams } from '../../src/templates/params.ts';
import { projectTemplate } from '../helpers/template-rig.ts';

async function build(name: string, sent: Record<string, unknown>) {
  const template = await projectTemplate(name);
  const { values, ignored, errors } = resolveParams(template, sent, { taskId: 't', randomSeed: () => 42 }, []);
  expect(errors).toEqual([]);
  return buildInput(template, values, (graph) => ({ graph, overridden: [] }), ignored);
}

const text = { POSITIVE_PROMPT: 'a red fox' };

describe('flux_dev', () => {
  test('draws with the documented call', async () => {
    const { graph, seed, models, outputs } = await build('flux_dev', { ...text, SEED: 12345, STEPS: 20 });
    expect(graph['7']).toMatchObject({
      class_type: 'KSampler',
      inputs: { seed: 12345, steps: 20, cfg: 1, denoise: 1 },
    });
    expect(graph['4']?.inputs).toMatchObject({ clip_l: 'a red fox', t5xxl: 'a red fox', guidance: 3.5 });
    expect(seed).toBe(12345);
    expect(models.map(({ folder, file }) => `${folder}/${file}`)).toEqual([
      'diffusion_models/flux1-dev.safetensors',
      'text_encoders/clip_l.safetensors',
      'text_encoders/t5xxl_fp16.safetensors',
      'vae/ae.safetensors',
    ]);
    expect(outputs).toEqual([{ node: '9', kind: 'image' }]);
  });

  test('takes another model where the graph is the same', async () => {
    const { models } = await build('flux_dev', { ...text, MODEL: 'other.safetensors' });
    expect(models[0]).toEqual({ folder: 'diffusion_models', file: 'other.safetensors', node: '1', input: 'unet_name' });
  });
});

describe.each(['wan_t2v', 'wan_i2v'])('%s', (name) => {
  const needed = name === 'wan_i2v' ? { ...text, IMAGE_PATH: 'a.png' } : text;

  test('hands over between its two models at half of the steps', async () => {
    const { graph, seed } = await build(name, { ...needed, STEPS: 31, CFG: 4, LENGTH: 33 });
    const common = { steps: 31, cfg: 4 };
    expect(graph['10']?.inputs).toMatchObject({ ...common, noise_seed: 42, start_at_step: 0, end_at_step: 16 });
    expect(graph['11']?.inputs).toMatchObject({ ...common, noise_seed: 0, start_at_step: 16, latent_image: ['10', 0] });
    expect(graph['9']?.inputs['length']).toBe(33);
    expect(seed).toBe(42);
  });

  test('makes an mp4 in a form that old and new versions of ComfyUI take', async () => {
    const { graph } = await build(name, needed);
    expect(graph['14']?.inputs).toMatchObject({ format: 'mp4', codec: 'h264', video: ['13', 0] });
    expect(graph['13']?.inputs).toMatchObject({ fps: 16 });
  });
});

test('wan_i2v uploads its image, also under the names of the earlier service', async () => {
  const { uploads, graph } = await build('wan_i2v', { IMAGE_PATH: 'a.png', MOTION_PROMPT: 'waves' });
  expect(uploads).toEqual([{ node: '15', input: 'image', asset: 'a.png', kind: 'image' }]);
  expect(graph['5']?.inputs['text']).toBe('waves');
});

test('A template describes itself with the model files of its defaults', async () => {
  const { name, files, models, outputs } = describeTemplate(await projectTemplate('wan_i2v'));
  expect({ name, files, outputs }).toEqual({
    name: 'wan_i2v',
    files: [{ param: 'IMAGE', kind: 'image' }],
    outputs: [{ node: '14', kind: 'video' }],
  });
  expect(models.map(({ file }) => file)).toContain('wan2.2_i2v_high_noise_14B_fp8_scaled.safetensors');
});
