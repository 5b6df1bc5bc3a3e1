import { createHmac } from 'node:crypto';

/**
 * The headers that identify and sign a message by Standard Webhooks.
 * @param secrets the bytes of each; with several, the receiver may know any one of them. Without one it is not signed.
 */
export function webhookHeaders(
  secrets: readonly Buffer[],
  { id, body, now }: { id: string; body: string; now: Date },
): Record<string, string> {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`,
  );
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    ...(signatures.length === 0 ? {} : { 'webhook-signature': signatures.join(' ') }),
  };
}
