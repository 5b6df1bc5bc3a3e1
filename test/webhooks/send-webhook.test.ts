import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createGuardedAgent } from '../../src/outbound/guarded-agent.ts';
import { createSendWebhook, PRIVATE_ADDRESS } from '../../src/webhooks/send-webhook.ts';
import { type Receiver, startReceiver } from '../helpers/webhook-receiver.ts';

const secret = Buffer.alloc(32, 7);
const message = { id: 'msg_1', body: '{"type":"task.completed"}' };
const agents = {
  open: createGuardedAgent({ allowPrivate: true, connectMs: 5000 }),
  guarded: createGuardedAgent({ allowPrivate: false, connectMs: 5000 }),
};
const sender = (more: { guarded?: boolean; answerMs?: number } = {}) =>
  createSendWebhook({
    dispatcher: more.guarded === true ? agents.guarded : agents.open,
    secrets: [secret],
    version: '1.2.3',
    now: () => new Date(),
    ...(more.answerMs === undefined ? {} : { answerMs: more.answerMs }),
  });

let receiver: Receiver;
beforeAll(async () => void (receiver = await startReceiver()));
beforeEach(() => {
  receiver.received.length = 0;
  receiver.answer = (response) => response.writeHead(204).end();
});
afterAll(async () => {
  await receiver.close();
  for (const agent of Object.values(agents)) await agent.destroy();
});

describe('A message', () => {
  test('arrives signed, with the query and the credentials of its address', async () => {
    const address = `http://n8n:pass%20word@127.0.0.1:${receiver.port}/hook//a%2Fb/?signature=x%3D1`;
    const answer = await sender()(address, message);
    expect(answer).toEqual({ status: 204, error: null, tookMs: expect.any(Number), retryAfterMs: null });
    const [got] = receiver.received;
    expect(got?.path).toBe('/hook//a%2Fb/?signature=x%3D1');
    expect(got?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'gpu-middleware/1.2.3',
      authorization: `Basic ${Buffer.from('n8n:pass word').toString('base64')}`,
      'webhook-id': 'msg_1',
    });
    const verifier = new Webhook(`whsec_${secret.toString('base64')}`);
    expect(verifier.verify(got?.text ?? '', got?.headers as Record<string, string>)).toEqual(JSON.parse(message.body));
  });

  test('continues the trace of its submission, each try with an id of its own', async () => {
    const [trace, parent] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
    const sent = async (version: string, flags: string): Promise<string[]> => {
      await sender()(receiver.url, { ...message, traceparent: `${version}-${trace}-${parent}-${flags}` });
      return String(receiver.received.at(-1)?.headers['traceparent']).split('-');
    };
    const tries = [await sent('00', '01'), await sent('00', '00'), await sent('cc', 'ff')];
    expect(tries.map(([version, same, , flags]) => [version, same, flags])).toEqual([
      ['00', trace, '01'],
      ['00', trace, '00'],
      ['00', trace, '01'],
    ]);
    const ids = tries.map(([, , id]) => id);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{16}$/);
    expect(new Set([...ids, parent]).size).toBe(4);
    await sender()(receiver.url, message);
    expect(receiver.received.at(-1)?.headers).not.toHaveProperty('traceparent');
  });

  test('is not sent on after a redirect', async () => {
    receiver.answer = (response) => response.writeHead(307, { location: '/elsewhere' }).end();
    expect(await sender()(`${receiver.url}/first`, message)).toMatchObject({ status: 307, error: null });
    expect(receiver.received.map(({ path }) => path)).toEqual(['/first']);
  });

  test('may be put off with Retry-After', async () => {
    receiver.answer = (response) => response.writeHead(503, { 'retry-after': '77' }).end();
    expect(await sender()(receiver.url, message)).toMatchObject({ status: 503, retryAfterMs: 77_000 });
  });

  test('is not held up by an answer without an end', async () => {
    receiver.answer = (response) => {
      response.writeHead(200);
      const more = setInterval(() => response.write('x'.repeat(4096)), 1);
      response.on('close', () => clearInterval(more));
    };
    expect(await sender()(receiver.url, message)).toMatchObject({ status: 200, error: null });
  });

  test('fails in words without an address when nobody answers', async () => {
    const gone = await startReceiver();
    await gone.close();
    const nobody = await sender()(`http://secret:secret@127.0.0.1:${gone.port}/secret?secret`, message);
    expect(nobody).toMatchObject({ status: null, error: 'connection refused' });

    receiver.answer = () => undefined;
    const silent = await sender({ answerMs: 50 })(receiver.url, message);
    expect(silent).toMatchObject({ status: null, error: 'no answer within 0.05 seconds' });

    receiver.answer = (response) => response.destroy();
    const closed = await sender()(receiver.url, message);
    expect(closed).toMatchObject({ status: null, error: 'the connection was closed without an answer' });

    const tls = await sender()(receiver.url.replace('http:', 'https:'), message);
    expect(tls.error).toMatch(/^the request failed \([A-Z_]+\)$/);
  });

  test('is not sent to a private address unless that is allowed', async () => {
    for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]'])
      expect(await sender({ guarded: true })(`http://${host}:${receiver.port}/`, message)).toMatchObject({
        status: null,
        error: PRIVATE_ADDRESS,
      });
    expect(receiver.received).toEqual([]);
  });
});
