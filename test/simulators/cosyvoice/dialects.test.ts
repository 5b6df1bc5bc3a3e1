import { expect, test } from 'vitest';
import { parseWav } from '../../../src/assets/wav.ts';
import { ask, multipart, urlencoded } from '../../conformance/cosyvoice/client.ts';
import { say, startSimulator, VOICE } from './rig.ts';

const TEXT = 'Hello there.';
const voice = { file: VOICE, filename: 'voice.wav' };

test('Wrappers send the same samples as a WAV file, as L16, or with a header for the rate.', async () => {
  const bare = (await say((await startSimulator()).url, TEXT)).body;
  const wav = await say((await startSimulator({ wrapper: 'wav' })).url, TEXT);
  expect(wav.headers).toMatchObject({ 'content-type': 'audio/wav', 'content-length': `${bare.length + 44}` });
  expect(parseWav(wav.body)).toMatchObject({ sampleRate: 24_000, declaredBytes: bare.length, data: bare });
  const open = await say((await startSimulator({ wrapper: 'wav-stream' })).url, TEXT);
  expect(parseWav(open.body)).toMatchObject({ declaredBytes: null, data: bare });
  const l16 = await say((await startSimulator({ wrapper: 'l16' })).url, TEXT);
  expect(l16).toMatchObject({ headers: { 'content-type': 'audio/L16;rate=24000' }, body: bare });
  const named = await say((await startSimulator({ wrapper: 'x-sample-rate' })).url, TEXT);
  expect(named).toMatchObject({ headers: { 'x-sample-rate': '24000' }, body: bare });
});

test('A wrapper that collects says 500 where a stream could only be cut.', async () => {
  const { url, setFaults } = await startSimulator({ wrapper: 'wav' });
  setFaults({ tensorBug: true });
  expect((await say(url, TEXT)).status).toBe(500);
});

test('v1 speaks at 22050 Hz, has its seven speakers, and obeys only without a recording.', async () => {
  const { url, sampleRate } = await startSimulator({ model: 'v1' });
  expect(sampleRate).toBe(22_050);
  const sft = urlencoded({ tts_text: TEXT, spk_id: '英文女' });
  expect(await ask(`${url}/inference_sft`, 'POST', sft)).toMatchObject({ status: 200, whole: true });
  const instruct = urlencoded({ tts_text: TEXT, spk_id: '英文男', instruct_text: 'A captain.<|endofprompt|>' });
  expect(await ask(`${url}/inference_instruct`, 'POST', instruct)).toMatchObject({ status: 200, whole: true });
  const instruct2 = multipart({ tts_text: TEXT, instruct_text: 'Fast.', prompt_wav: voice });
  expect((await ask(`${url}/inference_instruct2`, 'POST', instruct2)).status).toBe(500);
});

test('An instruction without its end is read aloud, unless the server adds the end itself.', async () => {
  const spoken = async (release: '2025-01' | '2025-12', instruct: string): Promise<number> => {
    const { url } = await startSimulator({ release });
    const form = multipart({ tts_text: TEXT, instruct_text: instruct, prompt_wav: voice });
    return (await ask(`${url}/inference_instruct2`, 'POST', form)).body.length;
  };
  const marked = await spoken('2025-12', 'Say it to a friend.<|endofprompt|>');
  expect(await spoken('2025-12', 'Say it to a friend.')).toBeGreaterThan(marked * 1.5);
  expect(await spoken('2025-01', 'Say it to a friend.')).toBe(marked);
});

test('Instructions change tempo and loudness.', async () => {
  const { url } = await startSimulator();
  const length = async (instruct: string): Promise<number> => {
    const form = multipart({ tts_text: TEXT, instruct_text: `${instruct}<|endofprompt|>`, prompt_wav: voice });
    return (await ask(`${url}/inference_instruct2`, 'POST', form)).body.length;
  };
  expect(await length('请用尽可能快地语速说一句话。')).toBeLessThan(await length('用四川话说这句话'));
});

test('A segment of more than half a minute ends in the middle.', async () => {
  const { url, sampleRate } = await startSimulator({ maxSegmentSeconds: 2 });
  const { body, whole } = await say(url, 'and so on, '.repeat(30));
  expect([whole, body.length]).toEqual([true, 2 * 2 * sampleRate]);
});

test('Fields that a wrapper adds are in its description; a model newer than the release is refused.', async () => {
  const { url } = await startSimulator({ extensions: ['speed', 'seed'] });
  const described = (await ask(`${url}/openapi.json`)).body.toString();
  expect(described).toContain('"speed"');
  expect(described).not.toContain('"stream"');
  await expect(startSimulator({ model: 'v3', release: '2025-01' })).rejects.toThrow('came after the release');
});
