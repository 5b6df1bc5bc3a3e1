import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DIALECTS } from '../../../src/drivers/cosyvoice/dialects.ts';
import { planSpeech } from '../../../src/drivers/cosyvoice/plan-speech.ts';
import { createPreviewVoice } from '../../../src/pipelines/preview-voice.ts';
import { readScript } from '../../../src/speech/read-script.ts';
import { simulatedRig } from './rig.ts';

const SCRIPT =
  'That is funny [laughter], is it not? It is <strong>very</strong> funny. [breath] Let us go on with it now.';
const READ = ['That is funny, is it not?', 'It is very funny.', 'Let us go on with it now.'];

test('Marks are performed and not read: captions have none.', async () => {
  const rig = await simulatedRig();
  const speech = await rig.speak(rig.input(SCRIPT));
  expect(speech.sentences.map(({ text }) => text)).toEqual(READ);
  expect(speech.warnings).toEqual([]);
  expect(await readFile(speech.srtFile, 'utf8')).not.toMatch(/[[<]/);
  const sent = rig.simulator.stats().requests.map(({ fields }) => fields['tts_text']);
  expect(sent.join(' ')).toBe(SCRIPT);
});

test('A model that knows no marks gets none, and a warning says so.', async () => {
  const rig = await simulatedRig({ model: 'v1' }, { dialect: 'v1' });
  const told: string[] = [];
  const speech = await rig.speak(rig.input(SCRIPT), {
    onWarning: (warning) => told.push(warning),
    onSentence: ({ done }) => told.push(`sentence ${done}`),
  });
  expect(told).toEqual([...speech.warnings, ...READ.map((_, index) => `sentence ${index + 1}`)]);
  expect(speech.sentences.map(({ text }) => text)).toEqual(READ);
  expect(rig.simulator.stats().requests.map(({ fields }) => fields['tts_text'])).toEqual(READ);
  expect(speech.warnings).toEqual([
    'text: not performed: 4 marks that this model (v1) does not know, such as [laughter] <strong> </strong> [breath]',
  ]);
});

test('A plain script is sent as it stands.', async () => {
  const rig = await simulatedRig({ model: 'v1' }, { dialect: 'v1' });
  const speech = await rig.speak(rig.input('It is *very* <strong>funny</strong> [sic].', { textFormat: 'plain' }));
  expect(rig.simulator.stats().requests[0]?.fields['tts_text']).toBe('It is *very* <strong>funny</strong> [sic].');
  expect(speech.sentences.map(({ text }) => text)).toEqual(['It is *very* funny [sic].']);
});

const PIECES = [
  'This is a sentence. ',
  'And so it goes on, ',
  '今天天气很好！',
  '[laughter] ',
  '<strong>so</strong> ',
  '<break/> ',
  '**bold** ',
  '\n\n# Title\n\n',
  '\n- item\n',
  '<think>hm</think>',
  '<|im_end|>',
  '<|en|>',
  '```js\nx\n```\n',
  '[a](b.c) ',
  'Yes. ',
  '\n',
];

test('The sentences that a pipeline predicts are the spoken ones.', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc
        .array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 40 })
        .map((pieces) => `Start. ${pieces.join('')}`),
      fc.constantFrom('auto', 'plain'),
      fc.constantFrom(...Object.values(DIALECTS)),
      async (script, format, dialect) => {
        const foreseen = createPreviewVoice(() => undefined)({ text: script, text_format: format });
        // As the payload is read at submit.
        const read = readScript(script.trim(), format);
        const input = {
          text: read.text,
          ...(format === 'plain' ? { textFormat: format } : {}),
          voice: { id: 'x', recording: 'x.wav', transcript: 'x', speaker: null },
          mode: 'clone' as const,
          instruction: null,
          language: read.language,
          speed: 1,
          seed: null,
          pauseMs: 250,
          loudness: null,
          format: 'wav' as const,
          outputPath: 'x.wav',
        };
        const server = { dialect, version: null, fieldsOf: () => new Set<string>() };
        const options = { workDir: '/x', recording: { name: 'x', data: Buffer.alloc(0) }, sampleRate: 24_000 };
        const { sentences } = await planSpeech(input, server, options);
        expect(foreseen).toMatchObject({ sentences: sentences.map(({ text }) => ({ text })) });
        for (const { text, spoken } of sentences) {
          expect(text).toMatch(/[\p{L}\p{N}]/u);
          expect(spoken).toMatch(/[\p{L}\p{N}]/u);
          if (format === 'auto') expect(text).not.toMatch(/laughter|strong|\*\*|<\||break/);
        }
      },
    ),
  );
});
