import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attemptFolder, attemptGraph, isCached } from '../../../../src/drivers/comfyui/prompt/attempt-graph.ts';
import { paint } from '../rig.ts';

test('Every saving node of an attempt writes into the folder of the attempt, whatever its prefix was', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.constantFrom('../../x', 'C:\\x', '/etc/x', 'video/x', '..')), (prefix) => {
      const graph = { 9: { class_type: 'SaveImage', inputs: { filename_prefix: prefix } } };
      const folder = attemptFolder('task/../..', '12345678-aaaa');
      const made = String(attemptGraph(graph, { folder, uploaded: [] })['9']?.inputs['filename_prefix']);
      expect(made.startsWith(`${folder}/`)).toBe(true);
      expect(made.split('/')).not.toContain('..');
    }),
  );
});

test('An attempt changes prefixes and names of uploads, and nothing else', () => {
  const graph = { ...paint(3), photo: { class_type: 'LoadImage', inputs: { image: '{{IMAGE}}' } } };
  const made = attemptGraph(graph, { folder: 'f', uploaded: [{ node: 'photo', input: 'image', name: 'f/a.png' }] });
  expect(made).toEqual({
    ...graph,
    photo: { class_type: 'LoadImage', inputs: { image: 'f/a.png' } },
    saver: { class_type: 'SaveImage', inputs: { images: ['decoder', 0], filename_prefix: 'f/picture' } },
  });
});

test('A run counts as cached if only the saving nodes ran again', () => {
  const others = Object.keys(paint(3)).filter((id) => id !== 'saver');
  expect([isCached(paint(3), others), isCached(paint(3), others.slice(1)), isCached(paint(3), [])]).toEqual([
    true,
    false,
    false,
  ]);
});
