import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished, expect, test } from 'vitest';
import { wavHeader } from '../../../src/assets/wav.ts';
import type { CosyvoiceInput } from '../../../src/contracts/cosyvoice.ts';
import type { CosyvoiceDialect } from '../../../src/contracts/cosyvoice-dialects.ts';
import type { CosyvoiceSimulatorOptions } from '../../../src/simulators/cosyvoice/options.ts';
import { readSamples, simulatedRig, speechRig } from './rig.ts';

const TEXT = 'This is how it is asked.';
const MARK = '<|endofprompt|>';
const transcribed = { id: 'luna', recording: 'voices/luna.wav', transcript: 'As I sound.', speaker: null };
const bare = { ...transcribed, transcript: null };
const builtIn = { id: '英文女', recording: null, transcript: null, speaker: '英文女' };
const instructed = { mode: 'instruct', instruction: 'Speak softly' } as const;

type Row = [
  CosyvoiceDialect | undefined,
  CosyvoiceSimulatorOptions,
  Partial<CosyvoiceInput>,
  string,
  Record<string, string>,
];

const V1 = { model: 'v1', release: '2025-01' } as const;
const V1_GET = { model: 'v1', release: '2024-07' } as const;
const V2 = { model: 'v2', release: '2025-12' } as const;
const V2_2025 = { model: 'v2', release: '2025-01' } as const;
const V3 = { model: 'v3', release: '2025-12' } as const;

const ROWS: Row[] = [
  [undefined, V2, { voice: transcribed }, 'POST /inference_zero_shot', { tts_text: TEXT, prompt_text: 'As I sound.' }],
  [undefined, V2, { voice: bare }, 'POST /inference_cross_lingual', { tts_text: TEXT }],
  [undefined, V2, instructed, 'POST /inference_instruct2', { tts_text: TEXT, instruct_text: `Speak softly${MARK}` }],
  ['v2-2025', V2_2025, instructed, 'POST /inference_instruct2', { tts_text: TEXT, instruct_text: 'Speak softly' }],
  [
    'v3',
    V3,
    { voice: transcribed },
    'POST /inference_zero_shot',
    { tts_text: TEXT, prompt_text: `You are a helpful assistant.${MARK}As I sound.` },
  ],
  [
    'v3',
    V3,
    { voice: bare },
    'POST /inference_cross_lingual',
    { tts_text: `You are a helpful assistant.${MARK}${TEXT}` },
  ],
  [
    'v3',
    V3,
    instructed,
    'POST /inference_instruct2',
    { tts_text: TEXT, instruct_text: `You are a helpful assistant. Speak softly${MARK}` },
  ],
  ['v1', V1, { voice: transcribed }, 'POST /inference_zero_shot', { tts_text: TEXT, prompt_text: 'As I sound.' }],
  ['v1', V1, { voice: bare }, 'POST /inference_cross_lingual', { tts_text: `<|en|>${TEXT}` }],
  ['v1', V1, { voice: bare, language: 'ja-JP' }, 'POST /inference_cross_lingual', { tts_text: `<|ja|>${TEXT}` }],
  ['v1', V1, { voice: bare, language: 'de' }, 'POST /inference_cross_lingual', { tts_text: TEXT }],
  ['v1', V1, { voice: builtIn }, 'POST /inference_sft', { tts_text: TEXT, spk_id: '英文女' }],
  [
    'v1',
    V1,
    { voice: builtIn, ...instructed },
    'POST /inference_instruct',
    { tts_text: TEXT, spk_id: '英文女', instruct_text: `Speak softly${MARK}` },
  ],
  [
    'v1-2025',
    V1,
    { voice: builtIn, ...instructed },
    'POST /inference_instruct',
    { tts_text: TEXT, spk_id: '英文女', instruct_text: 'Speak softly' },
  ],
  [
    undefined,
    V1_GET,
    { voice: transcribed },
    'GET /inference_zero_shot',
    { tts_text: TEXT, prompt_text: 'As I sound.' },
  ],
  [
    undefined,
    V1_GET,
    { voice: builtIn, ...instructed },
    'GET /inference_instruct',
    { tts_text: TEXT, spk_id: '英文女', instruct_text: 'Speak softly' },
  ],
];

test.each(ROWS)('Dialect %s, server %o, %o: %s', async (dialect, server, change, route, fields) => {
  const rig = await simulatedRig(server, { dialect });
  const speech = await rig.speak(rig.input(TEXT, change));
  const [request] = rig.simulator.stats().requests;
  expect(`${request?.method} ${request?.path}`).toBe(route);
  expect(request?.fields).toEqual(fields);
  expect(speech.sampleRate).toBe(server.model === 'v1' ? 22_050 : 24_000);
  expect(speech.sentences.map(({ text }) => text)).toEqual([TEXT]);
});

test.each([
  ['v2', false, V2, {}],
  ['v1-get', false, V1_GET, {}],
  ['v3', true, V3, { dialect: 'v3' }],
] as const)(
  'The probe reports the dialect %s, and whether the settings name it (%s).',
  async (dialect, forced, server, options) => {
    const rig = await simulatedRig(server, options);
    expect(await rig.driver.check()).toMatchObject({ up: true, dialect, forced });
  },
);

test.each([
  ['wav', 22_050],
  ['wav-stream', 22_050],
  ['l16', 22_050],
  ['x-sample-rate', 22_050],
  ['none', 24_000],
] as const)('Of a server that answers as %s, the rate is %s.', async (wrapper, expected) => {
  const rig = await simulatedRig({ wrapper, sampleRate: 22_050 });
  const speech = await rig.speak(rig.input(TEXT));
  expect(speech.sampleRate).toBe(expected);
  expect((await readSamples(rig.outputFile())).sampleRate).toBe(expected);
});

test('The setting is the rate of bare samples, and no more than that.', async () => {
  const bareRig = await simulatedRig({ sampleRate: 22_050 }, { sampleRate: 22_050 });
  expect((await bareRig.speak(bareRig.input(TEXT))).sampleRate).toBe(22_050);
  const told = await simulatedRig({ wrapper: 'x-sample-rate' }, { sampleRate: 22_050 });
  expect((await told.speak(told.input(TEXT))).sampleRate).toBe(24_000);
});

/** A server that gives one answer to whatever is asked. */
async function answering(
  answer: (request: IncomingMessage) => { status: number; headers?: Record<string, string>; body: string | Buffer },
) {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    request.resume().on('end', () => {
      const { status, headers, body } = answer(request);
      response.writeHead(status, headers).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const LOUD = Buffer.alloc(48_000).map((_, at) => (at % 2 === 0 ? 0 : 16 * (Math.floor(at / 100) % 2)));

test('Sentences that came at different rates are brought to that of the first.', async () => {
  let count = 0;
  const { url } = await answering(({ url: path }) => {
    if (path === '/openapi.json') return { status: 404, body: '' };
    const rate = count++ === 0 ? 24_000 : 16_000;
    return { status: 200, body: Buffer.concat([wavHeader(LOUD.length, rate), LOUD]) };
  });
  const rig = await speechRig(url, { dialect: 'v2' });
  const speech = await rig.speak(rig.input(`${TEXT} And once more it is asked.`, { pauseMs: 0 }));
  expect(speech.sampleRate).toBe(24_000);
  expect(speech.sentences[0]?.endMs).toBe(1000);
  expect(speech.sentences[1]?.endMs).toBeCloseTo(2500, 0);
});

test.each([
  [404, 'cosyvoice_unsupported', '/inference_zero_shot'],
  [400, 'cosyvoice_refused', 'HTTP 400: too much'],
  [401, 'cosyvoice_denied', 'HTTP 401'],
  [503, 'cosyvoice_unavailable', 'HTTP 503'],
] as const)('HTTP %i in the place of speech is %s.', async (status, code, words) => {
  const { url, seen } = await answering(() => ({ status, body: 'too  much' }));
  const rig = await speechRig(url, { dialect: 'v2' });
  const message = expect.stringContaining(words) as string;
  await expect(rig.speak(rig.input(TEXT))).rejects.toMatchObject({ code, message });
  expect(seen.length).toBeLessThanOrEqual(2);
});

test('Text with status 200 is not speech, and is reported.', async () => {
  const { url } = await answering(() => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: '{"msg":"busy"}',
  }));
  const rig = await speechRig(url, { dialect: 'v2' });
  await expect(rig.speak(rig.input(TEXT))).rejects.toThrow('{"msg":"busy"}');
});

test('An incomplete WAV file is not accepted.', async () => {
  const { url } = await answering(() => ({
    status: 200,
    body: Buffer.concat([wavHeader(2 * LOUD.length, 24_000), LOUD]),
  }));
  const rig = await speechRig(url, { dialect: 'v2' });
  await expect(rig.speak(rig.input(TEXT))).rejects.toThrow('an incomplete WAV file, 48000 of 96000 bytes');
});

test('Another program at the address is not accepted as CosyVoice, unless the settings insist.', async () => {
  const { url } = await answering(() => ({ status: 200, body: '<html></html>' }));
  const rig = await speechRig(url);
  await expect(rig.speak(rig.input(TEXT))).rejects.toThrow('another program answers, not CosyVoice');
  expect(await rig.driver.check()).toMatchObject({ up: false, code: 'cosyvoice_unavailable' });
});

test('Headers and credentials of the settings go with every request, and are not shown.', async () => {
  const { url, seen } = await answering(() => ({ status: 403, body: '' }));
  const rig = await speechRig(url.replace('//', '//user:secret@'), { headers: { 'X-Key': 'k' } });
  const error: unknown = await rig.speak(rig.input(TEXT)).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'cosyvoice_denied' });
  expect(String(error)).not.toContain('secret');
  expect(seen[0]?.headers).toMatchObject({
    'x-key': 'k',
    authorization: `Basic ${Buffer.from('user:secret').toString('base64')}`,
  });
});
