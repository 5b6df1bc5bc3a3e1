import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readGraph } from '../../src/templates/graph.ts';
import { findLargeInteger, largeIntegerMessage } from '../../src/templates/large-integer.ts';
import { comfyuiRig, inputOf, paint } from '../drivers/comfyui/rig.ts';

test.each([
  [{ value: 2 ** 53 }, '1.inputs.value', '9007199254740992'],
  [{ value: -(2 ** 60) }, '1.inputs.value', '-1152921504606846976'],
  [{ value: [{ a: [1, { 'b c': 2 ** 64 }] }] }, '1.inputs.value[0].a[1].b c', '18446744073709551616'],
  [{ seed: 2 ** 64 }, '1.inputs.seed', '18446744073709551616'],
  [{ scale: 1e300 }, '1.inputs.scale', '1e+300'],
])('%j is refused with the place of the number and the number', (inputs, path, digits) => {
  const { errors } = readGraph({ 1: { class_type: 'Thing', inputs } }, []);
  expect(errors.map((error) => error.path)).toEqual([path]);
  expect(errors[0]?.message).toContain(`arrived as ${digits},`);
  expect(errors[0]?.message).toContain('-9007199254740991 to 9007199254740991 (2^53 − 1)');
  expect(errors[0]?.message).toContain('as text ("18446744073709551615")');
});

test('Exactly the integers that JSON may change are found, wherever they are', () => {
  const isLarge = (value: unknown): boolean => Number.isInteger(value) && !Number.isSafeInteger(value);
  fc.assert(
    fc.property(fc.jsonValue(), fc.double({ noNaN: true }), (value, number) => {
      const found = findLargeInteger([value, { number }]);
      const numbers: unknown[] = [];
      JSON.stringify([value, { number }], (_key, one: unknown) => {
        if (typeof one === 'number') numbers.push(one);
        return one;
      });
      expect(found === undefined).toBe(!numbers.some(isLarge));
      if (found !== undefined) expect(largeIntegerMessage(found.number)).not.toContain('Infinity');
    }),
  );
});

test('The digits as text reach ComfyUI, which makes a number of them', async () => {
  const graph = paint(1);
  const sampler = { class_type: 'KSampler', inputs: { ...graph['sampler']?.inputs, seed: '18446744073709551615' } };
  const read = readGraph({ ...graph, sampler }, []);
  expect(read.errors).toEqual([]);
  const rig = await comfyuiRig();
  const { files } = await (await rig.start('task', inputOf({ ...graph, sampler }))).result;
  expect(files).toHaveLength(1);
});
