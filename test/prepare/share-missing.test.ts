import { expect, test, vi } from 'vitest';
import type { ComfyuiInput } from '../../src/contracts/comfyui.ts';
import type { FieldError } from '../../src/errors.ts';
import { shareMissing } from '../../src/prepare/share-missing.ts';

const graph = (type: string, prompt: string): ComfyuiInput => ({
  template: 'flux_dev',
  graph: { '1': { class_type: type, inputs: { prompt } } },
  uploads: [],
  seed: 1,
  models: [],
  ignored: [],
});

test('Graphs with the same needs share one running query, and later ones query again', async () => {
  const missing = vi.fn<(input: ComfyuiInput) => Promise<FieldError[]>>().mockResolvedValue([]);
  const shared = shareMissing(missing);
  await Promise.all([shared(graph('Sampler', 'a')), shared(graph('Sampler', 'b')), shared(graph('Other', 'a'))]);
  expect(missing).toHaveBeenCalledTimes(2);
  await shared(graph('Sampler', 'a'));
  expect(missing).toHaveBeenCalledTimes(3);
});
