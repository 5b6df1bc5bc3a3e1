import { describe, expect, test } from 'vitest';
import { ask, json } from './client.ts';
import { addressOf, targets } from './target.ts';

const TEXTS: Record<string, string[]> = {
  '/inference_sft': ['tts_text', 'spk_id'],
  '/inference_zero_shot': ['tts_text', 'prompt_text', 'prompt_wav'],
  '/inference_cross_lingual': ['tts_text', 'prompt_wav'],
  '/inference_instruct': ['tts_text', 'spk_id', 'instruct_text'],
  '/inference_instruct2': ['tts_text', 'instruct_text', 'prompt_wav'],
};

interface Described {
  paths: Record<string, Record<string, { requestBody: { content: Record<string, { schema: { $ref: string } }> } }>>;
  components: { schemas: Record<string, { required?: string[]; properties: Record<string, unknown> }> };
}

describe.each(targets)('Pages of $name', (target) => {
  const url = addressOf(target);

  test('openapi.json lists the paths and their required fields.', async () => {
    const answer = await ask(`${url()}/openapi.json`);
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json', server: 'uvicorn' } });
    const { paths, components } = json(answer) as unknown as Described;
    expect(Object.keys(TEXTS)).toEqual(expect.arrayContaining(Object.keys(paths)));
    expect(Object.keys(paths).length).toBeGreaterThanOrEqual(4);
    for (const [path, verbs] of Object.entries(paths))
      for (const { requestBody } of Object.values(verbs)) {
        const [type, content] = Object.entries(requestBody.content)[0] ?? [];
        const schema = components.schemas[content?.schema.$ref.split('/').at(-1) ?? ''];
        expect(schema?.required).toEqual(TEXTS[path]);
        expect(type).toBe(
          TEXTS[path]?.includes('prompt_wav') ? 'multipart/form-data' : 'application/x-www-form-urlencoded',
        );
      }
  });

  test('There is a page of documentation, and nothing at the root or about health.', async () => {
    const answers = await Promise.all(['/docs', '/', '/health', '/v1/audio/speech'].map((path) => ask(url() + path)));
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 404, 404]);
    expect(answers[0]?.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answers.slice(1).map(json)).toEqual([1, 2, 3].map(() => ({ detail: 'Not Found' })));
  });

  test('Other verbs are refused, and a slash at the end is sent on.', async () => {
    const verbs = await Promise.all(['PUT', 'HEAD', 'DELETE'].map((verb) => ask(`${url()}/inference_sft`, verb)));
    expect(verbs.map(({ status }) => status)).toEqual([405, 405, 405]);
    const sent = await ask(`${url()}/inference_sft/`);
    expect(sent).toMatchObject({ status: 307, headers: { location: `${url()}/inference_sft` } });
  });
});
