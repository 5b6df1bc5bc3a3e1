import http from 'node:http';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { multipart } from '../../conformance/cosyvoice/client.ts';
import { say, startSimulator, until, VOICE } from './rig.ts';

const SENTENCE = 'It was a fine day and all of us went out for a long walk in the park by the river. ';

test('Two generations at once are counted as an overlap, one after the other are not.', async () => {
  const { url, stats } = await startSimulator({ segmentMs: 50 });
  await say(url, 'One.');
  await say(url, 'Two.');
  expect(stats()).toMatchObject({ overlaps: 0, maxRunning: 1, running: 0 });
  await Promise.all([say(url, 'Three.'), say(url, 'Three.')]);
  expect(stats()).toMatchObject({ overlaps: 1, maxRunning: 2, generations: { 'One.': 1, 'Three.': 2 } });
});

test('A client that leaves is noticed; the segment in progress is finished, the next one never begins.', async () => {
  const { url, stats } = await startSimulator({ segmentMs: 150 });
  const form = multipart({
    tts_text: SENTENCE.repeat(20),
    prompt_text: 'So I sound.',
    prompt_wav: { file: VOICE, filename: 'voice.wav' },
  });
  const headers = { 'content-type': form.type, 'content-length': form.body.length };
  const request = http.request(`${url}/inference_zero_shot`, { method: 'POST', headers }).end(form.body);
  request.on('error', () => undefined);
  await once(request, 'response');
  await until(() => stats().requests[0]?.segmentsBegun === 1);
  request.destroy();
  await until(() => stats().disconnects === 1);
  expect(stats().running).toBe(1);
  await until(() => stats().running === 0);
  const [record] = stats().requests;
  expect(record).toMatchObject({ outcome: 'disconnected', segmentsBegun: 1, segmentsDone: 1, bytesSent: 0 });
  expect(stats().completed).toEqual({});
});

test('What was asked is kept: fields as they came, and what the recording was.', async () => {
  const { url, stats } = await startSimulator();
  const { body } = await say(url, 'Hello.', { fields: { extra: 'x' } });
  expect(stats().requests).toMatchObject([
    {
      method: 'POST',
      path: '/inference_zero_shot',
      fields: { tts_text: 'Hello.', extra: 'x' },
      recording: { filename: 'voice.wav', bytes: VOICE.length },
      outcome: 'completed',
      bytesSent: body.length,
    },
  ]);
});
