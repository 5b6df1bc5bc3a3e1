import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { probeMedia } from '../../../src/assets/probe.ts';
import { ask, finished, listen, submit } from '../../conformance/comfyui/client.ts';
import { scratchFolder } from '../../helpers/scratch.ts';
import { flux, simulate } from './rig.ts';

test('A sampler sends previews if the prompt asks: with metadata before the step, without behind it.', async () => {
  const { url } = await simulate();
  const flags = { type: 'feature_flags', data: { supports_preview_metadata: true } };
  for (const first of [flags, undefined]) {
    const ear = await listen(url, undefined, first);
    const order: string[] = [];
    ear.socket.on('message', (_data, isBinary) => {
      const { type } = ear.frames.at(-1) ?? { type: '' };
      if (isBinary || type === 'progress') order.push(isBinary ? 'picture' : 'progress');
    });
    const id = await submit(url, flux('x', first === flags ? 1 : 2), {
      client_id: ear.clientId,
      extra_data: { preview_method: 'auto' },
    });
    await ear.hears(({ type }) => type === 'execution_success', 'success');
    const steps = ear.frames.filter(({ type }) => type === 'progress').map(({ data }) => data);
    expect(steps).toEqual([1, 2, 3, 4].map((value) => ({ value, max: 4, prompt_id: id, node: '7' })));
    expect(order.slice(0, 2)).toEqual(first === flags ? ['picture', 'progress'] : ['progress', 'picture']);
    const [picture] = ear.binary;
    const head = picture?.readUInt32BE(4) ?? 0;
    expect([picture?.readUInt32BE(0), ear.binary.length]).toEqual([first === flags ? 4 : 1, 4]);
    if (first === flags)
      expect(JSON.parse(picture?.toString('utf8', 8, 8 + head) ?? '')).toMatchObject({
        node_id: '7',
        prompt_id: id,
        image_type: 'image/jpeg',
      });
    else expect(head).toBe(1);
    expect(picture?.subarray(first === flags ? 8 + head : 8).toString('hex', 0, 3)).toBe('ffd8ff');
  }
});

test('A picture has the size of its latent, and is another one for another seed or prompt.', async () => {
  const { url } = await simulate();
  const picture = async (text: string, seed: number): Promise<Buffer> => {
    const { outputs } = await finished(url, await submit(url, flux(text, seed)));
    return Buffer.from(await (await fetch(`${url}/view?filename=${outputs['9'].images[0].filename}`)).arrayBuffer());
  };
  const [one, same, seed, text] = [
    await picture('a fox', 1),
    await picture('a fox', 1),
    await picture('a fox', 2),
    await picture('a hen', 1),
  ];
  expect([one.readUInt32BE(16), one.readUInt32BE(20)]).toEqual([256, 128]);
  expect(same.equals(one)).toBe(true);
  expect([seed.equals(one), text.equals(one), text.equals(seed)]).toEqual([false, false, false]);
});

test('A film has the size, frames and rate of its graph, and starts from the given picture.', async () => {
  const { url } = await simulate();
  const base = flux('waves', 3);
  const still = await finished(url, await submit(url, base));
  const sampler = (base as Record<string, { inputs: object }>)['7']?.inputs;
  const conditioning = (slot: number): unknown => ['10', slot];
  const graph = {
    ...base,
    '7': {
      class_type: 'KSampler',
      inputs: { ...sampler, positive: conditioning(0), negative: conditioning(1), latent_image: conditioning(2) },
    },
    '9': {
      class_type: 'SaveVideo',
      inputs: { video: ['12', 0], filename_prefix: 'film', format: 'mp4', codec: 'h264' },
    },
    '10': {
      class_type: 'WanImageToVideo',
      inputs: {
        positive: ['4', 0],
        negative: ['5', 0],
        vae: ['3', 0],
        start_image: ['11', 0],
        width: 192,
        height: 112,
        length: 17,
        batch_size: 1,
      },
    },
    '11': { class_type: 'LoadImage', inputs: { image: `${still.outputs['9'].images[0].filename} [output]` } },
    '12': { class_type: 'CreateVideo', inputs: { images: ['8', 0], fps: 16 } },
  };
  const { outputs } = await finished(url, await submit(url, graph));
  const file = path.join(await scratchFolder(), 'film.mp4');
  const { filename } = outputs['9'].images[0];
  await writeFile(file, Buffer.from(await (await fetch(`${url}/view?filename=${filename}`)).arrayBuffer()));
  const { video } = await probeMedia(file);
  expect(video).toMatchObject({ codec: 'h264', width: 192, height: 112, fps: 16 });
  expect(video?.durationSeconds).toBeCloseTo(17 / 16, 2);
});

test('Models take memory when they are first needed.', async () => {
  const { url } = await simulate();
  const free = async (): Promise<number> => (await ask(`${url}/system_stats`)).body.devices[0].vram_free as number;
  const before = await free();
  await finished(url, await submit(url, flux()));
  const after = await free();
  expect(after).toBeLessThan(before);
  await finished(url, await submit(url, flux('again', 8)));
  expect(await free()).toBe(after);
});
