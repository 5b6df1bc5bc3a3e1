import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { parseSecret } from '../../src/contracts/webhook-secret.ts';
import { loadConfig } from '../../src/config.ts';
import { webhookHeaders } from '../../src/webhooks/sign-webhook.ts';

const secretOf = (bytes: Uint8Array): string => `whsec_${Buffer.from(bytes).toString('base64')}`;
const anySecret = fc.uint8Array({ minLength: 24, maxLength: 64 });
/** A lone surrogate has no UTF-8, and JSON of the middleware has none. */
const anyBody = fc.jsonValue().map((value) => JSON.stringify(value));

test('The official SDK verifies every signature, with either of two secrets', () => {
  fc.assert(
    fc.property(anySecret, anySecret, anyBody, (first, second, body) => {
      const headers = webhookHeaders([Buffer.from(first), Buffer.from(second)], { id: 'msg_1', body, now: new Date() });
      for (const secret of [first, second])
        expect(new Webhook(secretOf(secret)).verify(body, headers)).toEqual(JSON.parse(body));
    }),
  );
});

test('It refuses another secret, another body, another id, and an old message', () => {
  const secret = Buffer.alloc(32, 1);
  const message = { id: 'msg_1', body: '{"a":1}', now: new Date() };
  const verify = (body: string, headers: Record<string, string>, by = secret) => {
    new Webhook(secretOf(by)).verify(body, headers);
  };
  const headers = webhookHeaders([secret], message);
  verify(message.body, headers);
  expect(() => verify(message.body, headers, Buffer.alloc(32, 2))).toThrow('No matching signature found');
  expect(() => verify('{"a":2}', headers)).toThrow('No matching signature found');
  expect(() => verify(message.body, { ...headers, 'webhook-id': 'msg_2' })).toThrow('No matching signature found');
  const old = webhookHeaders([secret], { ...message, now: new Date(Date.now() - 600_000) });
  expect(() => verify(message.body, old)).toThrow('Message timestamp too old');
});

test('Without a secret a message has an id and a time, and no signature', () => {
  const headers = webhookHeaders([], { id: 'msg_1', body: '{}', now: new Date('2026-01-04T09:32:56.900Z') });
  expect(headers).toEqual({ 'webhook-id': 'msg_1', 'webhook-timestamp': '1767519176' });
});

test('A secret has 24 to 64 bytes in base64, with its prefix or without', () => {
  fc.assert(
    fc.property(anySecret, (bytes) => {
      expect(parseSecret(secretOf(bytes))).toEqual(Buffer.from(bytes));
      expect(parseSecret(Buffer.from(bytes).toString('base64'))).toEqual(Buffer.from(bytes));
    }),
  );
  for (const bytes of [0, 23, 65]) expect(parseSecret(secretOf(new Uint8Array(bytes)))).toBeNull();
  for (const text of ['', 'whsec_', 'secret', `${secretOf(new Uint8Array(30))} `, 'whsec_ä'.padEnd(60, 'a')])
    expect(parseSecret(text)).toBeNull();
});

test('The setting takes two secrets, and its error does not quote them', () => {
  const [first, second] = [secretOf(new Uint8Array(24).fill(1)), secretOf(new Uint8Array(24).fill(2))];
  expect(loadConfig({ WEBHOOK_SECRET: `${first}, ${second}` }).webhooks.secrets).toHaveLength(2);
  expect(loadConfig({}).webhooks).toEqual({ secrets: [], allowPrivate: false });
  for (const wrong of ['whsec_short', `${first},${second},${first}`]) {
    expect(() => loadConfig({ WEBHOOK_SECRET: wrong })).toThrow(/^WEBHOOK_SECRET: expected whsec_/);
    expect(() => loadConfig({ WEBHOOK_SECRET: wrong })).not.toThrow(wrong);
  }
});
