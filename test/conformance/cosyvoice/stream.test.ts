import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, test, type TestContext } from 'vitest';
import { ask, chunkSizes, multipart, type Answer } from './client.ts';
import { recording } from './recordings.ts';
import { abilitiesOf, speak, transcript, usesRecordings, voice, type Abilities } from './speech.ts';
import { addressOf, targets } from './target.ts';

const SENTENCE = '你好，世界。今天的天气很不错。';
const LONG =
  '收到好友从远方寄来的生日礼物，那份意外的惊喜与深深的祝福让我心中充满了甜蜜的快乐，笑容如花儿般绽放，久久不能平静，一直到了夜里还在想着。';

function loudest({ body }: Answer): number {
  let most = 0;
  for (let at = 0; at + 1 < body.length; at += 2) most = Math.max(most, Math.abs(body.readInt16LE(at)));
  return most;
}

/** The whole answer with its framing. */
async function wireOf(url: string, { verb }: Abilities, form: { type: string; body: Buffer }): Promise<Buffer> {
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  const head = [
    `${verb} /inference_zero_shot HTTP/1.1`,
    `host: ${host}`,
    'connection: close',
    `content-type: ${form.type}`,
    `content-length: ${form.body.length}`,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  socket.write(form.body);
  return Buffer.from(await text(socket.setEncoding('latin1')), 'latin1');
}

describe.each(targets)('Speech from $name', (target) => {
  const url = addressOf(target);
  let abilities: Abilities;
  let able: boolean;
  beforeAll(async () => {
    abilities = await abilitiesOf(url());
    able = await usesRecordings(url(), target.model);
  });
  const needsRecordings = (context: TestContext): void => {
    if (!able) context.skip('this server fails every recording');
  };

  test('It is bare 16-bit samples with neither type nor length nor rate.', async (context) => {
    needsRecordings(context);
    const answer = await speak(url(), target.model, SENTENCE);
    expect(answer).toMatchObject({ status: 200, whole: true, headers: { 'transfer-encoding': 'chunked' } });
    expect(Object.keys(answer.headers)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/content-type|content-length|rate/)]),
    );
    expect(answer.body.length % 2).toBe(0);
    expect(answer.body.toString('latin1', 0, 4)).not.toBe('RIFF');
    expect(loudest(answer)).toBeGreaterThan(1000);
  });

  test('The headers come before anything is spoken.', async (context) => {
    needsRecordings(context);
    const { headersAfter, bytesAfter } = await speak(url(), target.model, SENTENCE);
    expect(headersAfter).toBeLessThan(bytesAfter ?? 0);
  });

  test('Each segment is one chunk; sentences are joined up to some eighty characters.', async (context) => {
    needsRecordings(context);
    const script = `${LONG}${LONG}${SENTENCE}`;
    const form = multipart({ tts_text: script, prompt_text: transcript(target.model), prompt_wav: voice });
    const sizes = chunkSizes(await wireOf(url(), abilities, form));
    expect(sizes).toHaveLength(3);
    expect(sizes.at(-1)).toBe(0);
    expect(sizes.slice(0, -1).every((size) => size > 0 && size % 2 === 0)).toBe(true);
  });

  test('Every other way to ask with a recording is answered, too.', async (context) => {
    needsRecordings(context);
    const mark = 'You are a helpful assistant.<|endofprompt|>';
    const cross = multipart({
      tts_text: target.model === 'v3' ? `${mark}Hello there.` : 'Hello there.',
      prompt_wav: voice,
    });
    const answers = [await ask(`${url()}/inference_cross_lingual`, 'GET', cross)];
    if (abilities.paths.includes('/inference_instruct2')) {
      const form = multipart({
        tts_text: SENTENCE,
        instruct_text: `请用开心的语气说。<|endofprompt|>`,
        prompt_wav: voice,
      });
      const answer = await ask(`${url()}/inference_instruct2`, abilities.verb, form);
      if (target.model === 'v1') expect(answer.status).toBe(500);
      else answers.push(answer);
    }
    for (const answer of answers) expect(answer).toMatchObject({ status: 200, whole: true });
    expect(answers.map(loudest).every((peak) => peak > 1000)).toBe(true);
  });

  test('Two requests at once are both answered: there is no queue.', async (context) => {
    needsRecordings(context);
    const answers = await Promise.all([1, 2].map(() => speak(url(), target.model, SENTENCE)));
    expect(answers).toMatchObject([1, 2].map(() => ({ status: 200, whole: true })));
  });

  test('A recording of more than thirty seconds cuts the answer before its first byte.', async () => {
    const file = recording({ seconds: 31, sampleRate: 16_000 });
    const answer = await speak(url(), target.model, SENTENCE, { file, filename: 'long.wav' });
    expect(answer).toMatchObject({ status: 200, whole: false });
    expect(answer.body).toHaveLength(0);
  });
});
