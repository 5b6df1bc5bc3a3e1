import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../../src/local/stack/ports.ts';
import { webhookHeaders } from '../../src/webhooks/sign-webhook.ts';
import { codeBlocks } from '../helpers/document-examples.ts';
import { scratchFolder } from '../helpers/scratch.ts';

const hasPython = spawnSync('python3', ['-c', 'import hmac, http.server']).status === 0;

test.skipIf(!hasPython)('The receiver of docs/quick-start-remote.md tells a genuine message from others', async () => {
  const code = (await codeBlocks('docs/quick-start-remote.md')).find(({ language }) => language === 'python')?.text;
  const file = path.join(await scratchFolder(), 'receiver.py');
  await writeFile(file, code ?? '');
  const secret = randomBytes(32);
  const port = await freePort();
  const receiver = spawn('python3', [file], {
    env: { ...process.env, PORT: String(port), WEBHOOK_SECRET: `whsec_${secret.toString('base64')}` },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void receiver.kill());
  let said = '';
  receiver.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
  const body = JSON.stringify({ type: 'task.completed', data: { metadata: 'grüße' } });
  const headers = webhookHeaders([randomBytes(32), secret], { id: 'msg_1', body, now: new Date() });
  const post = async (sent: string, more: Record<string, string>): Promise<number> =>
    (await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body: sent, headers: more })).status;
  const first = await vi.waitUntil(() => post(body, headers).catch(() => undefined), { timeout: 15_000, interval: 50 });
  expect(first).toBe(204);
  expect(await post(body.replace('completed', 'failed'), headers)).toBe(401);
  expect(await post(body, { ...headers, 'webhook-timestamp': '1' })).toBe(401);
  expect(await post(body, {})).toBe(401);
  const lines = await vi.waitUntil(() => (said.split('\n').length > 4 ? said.trim().split('\n') : undefined), {
    timeout: 15_000,
  });
  expect(lines.map((line) => line.startsWith('genuine'))).toEqual([true, false, false, false]);
});
