import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { newBudget, type Budget } from '../../src/pipelines/budget.ts';
import { plainSize } from '../../src/pipelines/plain-values.ts';
import { resolveValue } from '../../src/pipelines/resolve-value.ts';

const resultOf = () => Promise.resolve({ text: 'Hello' });
const plain = fc.jsonValue().filter((value) => plainSize(value) !== null);

describe('A value without references', () => {
  test('is given as it is', () =>
    fc.assert(
      fc.asyncProperty(plain, async (value) => {
        expect(await resolveValue(value, { resultOf })).toBe(value);
      }),
    ));

  test('costs as much as its parts one by one', () =>
    fc.assert(
      fc.asyncProperty(plain, async (value) => {
        const [one, other]: [Budget, Budget] = [newBudget(), newBudget()];
        await resolveValue([value, 'a'], { resultOf, budget: one });
        // The reference makes a list that is looked at part by part.
        await resolveValue([value, '${voice.text}'], { resultOf, budget: other });
        // In place of `a`: the reference, and the text with its quotes that it stands for.
        expect(one.values - other.values).toBe(1);
        expect(one.characters - other.characters).toBe('${voice.text}'.length - 1 + '"Hello"'.length);
      }),
    ));

  test('that is too large is reported with the part that is too large', async () => {
    const budget = { ...newBudget(), characters: 1000 };
    const value = { a: ['x'.repeat(600)], b: ['y'.repeat(600)] };
    const error = await resolveValue(value, { resultOf, budget }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: 'too_complex', fields: [{ path: 'b[0]' }] });
  });
});

test('What is put into a text many times is counted before the next is fetched', async () => {
  let fetched = 0;
  const long = 'x'.repeat(1000);
  const counted = () => {
    fetched++;
    return Promise.resolve(long);
  };
  const text = '${voice}'.repeat(5000);
  const budget = { ...newBudget(), characters: 100_000 };
  await expect(resolveValue([text, text], { resultOf: counted, budget })).rejects.toMatchObject({
    code: 'too_complex',
  });
  expect(fetched).toBeLessThan(100);
});
