import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readExamples } from '../../src/api/read-examples.ts';
import { renderPayloadSchema } from '../../src/contracts/render.ts';
import { examplesFolder } from '../../src/host/examples-folder.ts';
import { resolveValue } from '../../src/pipelines/resolve-value.ts';
import { splitScript } from '../../src/speech/split-script.ts';

interface FilmStep {
  id: string;
  for_each?: string[];
  payload: { text?: string; timeline?: object };
}

const example = (await readExamples(examplesFolder())).find(({ name }) => name === 'short-film');
const steps = example?.body['steps'] as FilmStep[];
const payloadOf = (step: string) => steps.find(({ id }) => id === step)?.payload ?? {};

/** The film of a voice whose sentences have these lengths and pauses, in milliseconds. */
async function filmOf(sentences: readonly { length: number; pause: number }[]) {
  let at = 0;
  const spoken = sentences.map(({ length, pause }, index) => {
    const start = at;
    at += length + pause;
    return { text: `Sentence ${index}.`, start, end: start + length };
  });
  const voice = {
    output_path: 'audio/voice.wav',
    sentences: spoken.map(({ text, start, end }) => ({ text, start_ms: start, end_ms: end })),
    subtitles: spoken.map(({ text, start, end }) => ({ text, startMs: start, endMs: end })),
  };
  const pictures = spoken.map((_, index) => ({ files: [{ path: `output/${index}.png` }] }));
  const resultOf = (step: string, index?: number) =>
    Promise.resolve(step === 'voice' ? voice : index === undefined ? pictures : pictures[index]);
  const { timeline } = renderPayloadSchema.parse(await resolveValue(payloadOf('film'), { resultOf }));
  return { timeline, spoken };
}

const sentence = fc.record({
  length: fc.integer({ min: 200_000, max: 15_000_000 }).map((us) => us / 1000),
  pause: fc.integer({ min: 50_000, max: 2_000_000 }).map((us) => us / 1000),
});

test('Captions and pictures of the short film come and go with the voice, to within half a frame', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(sentence, { minLength: 1, maxLength: 40 }), async (sentences) => {
      const { timeline, spoken } = await filmOf(sentences);
      const frames = (ms: number): number => (ms / 1000) * timeline.fps;
      expect(timeline.subtitles.map(({ text }) => text)).toEqual(spoken.map(({ text }) => text));
      for (const [index, { start, end }] of spoken.entries()) {
        const { startFrame = Number.NaN, endFrame = Number.NaN } = timeline.subtitles[index] ?? {};
        expect(Math.abs(startFrame - frames(start))).toBeLessThanOrEqual(0.5);
        expect(Math.abs(endFrame - frames(end))).toBeLessThanOrEqual(0.5);
        expect(timeline.clips[index]?.startFrame).toBe(startFrame);
      }
    }),
    { numRuns: 50 },
  );
});

test('The short film has one prompt for each sentence of its script, as the script is split', () => {
  const script = splitScript(payloadOf('voice').text ?? '', null);
  expect(script).toHaveLength(5);
  expect(steps.find(({ id }) => id === 'pictures')?.for_each).toHaveLength(script.length);
});
