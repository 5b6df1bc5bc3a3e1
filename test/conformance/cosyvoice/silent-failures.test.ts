import { once } from 'node:events';
import http from 'node:http';
import { beforeAll, describe, expect, test } from 'vitest';
import { ask, multipart, urlencoded, type Answer } from './client.ts';
import { abilitiesOf, speak, usesRecordings, voice, type Abilities } from './speech.ts';
import { addressOf, targets } from './target.ts';

/** 200 and headers, then nothing and no end. */
function expectCut({ status, whole, body, headers }: Answer): void {
  expect({ status, whole, bytes: body.length, type: headers['content-type'] }).toEqual({
    status: 200,
    whole: false,
    bytes: 0,
    type: undefined,
  });
}

describe.each(targets)('Failures of $name', (target) => {
  const url = addressOf(target);
  let verb: Abilities['verb'];
  beforeAll(async () => {
    ({ verb } = await abilitiesOf(url()));
  });

  test('An unknown speaker cuts the answer.', async () => {
    expectCut(await ask(`${url()}/inference_sft`, verb, urlencoded({ tts_text: 'Hello.', spk_id: 'nobody' })));
  });

  test('Text of white space cuts the answer.', async () => {
    expectCut(await speak(url(), target.model, '   '));
  });

  test('Text of punctuation is a clean answer without a byte.', async () => {
    const answer = await speak(url(), target.model, '……！！');
    expect(answer).toMatchObject({ status: 200, whole: true });
    expect(answer.body).toHaveLength(0);
  });

  test('Instruct without a recording is for v1 alone; others cut the answer.', async (context) => {
    if (target.model === 'v1') return context.skip();
    const fields = { tts_text: 'Hello.', spk_id: 'nobody', instruct_text: 'Gladly.<|endofprompt|>' };
    return expectCut(await ask(`${url()}/inference_instruct`, verb, urlencoded(fields)));
  });

  test('v3 cuts the answer when no text holds the end of the prompt.', async (context) => {
    if (target.model !== 'v3') return context.skip();
    const form = multipart({ tts_text: 'Hello there.', prompt_wav: voice });
    return expectCut(await ask(`${url()}/inference_cross_lingual`, verb, form));
  });

  test('A client that leaves does not disturb the next one.', async (context) => {
    if (!(await usesRecordings(url(), target.model))) return context.skip('this server fails every recording');
    const form = multipart({ tts_text: '你好。'.repeat(60), prompt_text: '<|endofprompt|>你好。', prompt_wav: voice });
    const leaving = http.request(`${url()}/inference_zero_shot`, {
      method: verb,
      headers: { 'content-type': form.type, 'content-length': form.body.length },
    });
    leaving.on('error', () => undefined);
    leaving.end(form.body);
    await once(leaving, 'response');
    leaving.destroy();
    const answer = await speak(url(), target.model, '你好，世界。');
    return expect(answer).toMatchObject({ status: 200, whole: true });
  });
});
