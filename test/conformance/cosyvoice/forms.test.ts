import { beforeAll, describe, expect, test } from 'vitest';
import { ask, json, multipart, urlencoded } from './client.ts';
import { recording } from './recordings.ts';
import { abilitiesOf, voice, type Abilities } from './speech.ts';
import { addressOf, targets } from './target.ts';

const missing = (...names: string[]): unknown => ({
  detail: names.map((name) => ({ type: 'missing', loc: ['body', name], msg: 'Field required', input: null })),
});

describe.each(targets)('Forms sent to $name', (target) => {
  const url = addressOf(target);
  let verb: Abilities['verb'];
  beforeAll(async () => {
    ({ verb } = await abilitiesOf(url()));
  });

  test('Every field that is missing is named.', async () => {
    const bare = await ask(`${url()}/inference_zero_shot`, verb);
    expect(bare.status).toBe(422);
    expect(json(bare)).toEqual(missing('tts_text', 'prompt_text', 'prompt_wav'));
    const some = await ask(`${url()}/inference_zero_shot`, verb, urlencoded({ tts_text: 'Hello.' }));
    expect(json(some)).toEqual(missing('prompt_text', 'prompt_wav'));
  });

  test('JSON and query parameters count as nothing.', async () => {
    const fields = { tts_text: 'Hello.', spk_id: 'someone' };
    const body = Buffer.from(JSON.stringify(fields));
    const asJson = await ask(`${url()}/inference_sft`, verb, { type: 'application/json', body });
    const asQuery = await ask(`${url()}/inference_sft?${new URLSearchParams(fields).toString()}`, verb);
    expect([asJson, asQuery].map(({ status }) => status)).toEqual([422, 422]);
    expect(json(asJson)).toEqual(missing('tts_text', 'spk_id'));
  });

  test('An empty field is refused as missing, or taken and the answer cut, by the version of FastAPI.', async () => {
    const answer = await ask(`${url()}/inference_sft`, verb, urlencoded({ tts_text: 'Hello.', spk_id: '' }));
    if (answer.status === 422) expect(json(answer)).toEqual(missing('spk_id'));
    else expect(answer).toMatchObject({ status: 200, whole: false, body: Buffer.alloc(0) });
  });

  test('A recording without a file name is refused, and its content comes back.', async () => {
    const form = multipart({ tts_text: 'Hello.', prompt_wav: { file: Buffer.from('RIFF and so on') } });
    const answer = await ask(`${url()}/inference_cross_lingual`, verb, form);
    expect(answer.status).toBe(422);
    expect(json(answer).detail).toMatchObject([{ loc: ['body', 'prompt_wav'], input: 'RIFF and so on' }]);
  });

  test('A text above a MiB is refused.', async () => {
    const form = multipart({ tts_text: 'a'.repeat(1024 ** 2 + 1), prompt_wav: voice });
    const answer = await ask(`${url()}/inference_cross_lingual`, verb, form);
    expect(answer.status).toBe(400);
    expect(json(answer)).toEqual({ detail: 'Part exceeded maximum size of 1024KB.' });
  });

  test('A recording below 16 kHz, or one that is none, is an error without a reason.', async () => {
    const files = [recording({ sampleRate: 8000 }), Buffer.from('no recording at all'), Buffer.alloc(0)];
    const answers = await Promise.all(
      files.map((file) => {
        const form = multipart({ tts_text: 'Hello.', prompt_wav: { file, filename: 'voice.wav' } });
        return ask(`${url()}/inference_cross_lingual`, verb, form);
      }),
    );
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 500, headers: { 'content-type': 'text/plain; charset=utf-8' } });
      expect(answer.body.toString()).toBe('Internal Server Error');
    }
  });
});
