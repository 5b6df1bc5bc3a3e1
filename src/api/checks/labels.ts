import type { z } from 'zod';
import { LONGEST_DELAY_SECONDS } from '../../contracts/labels.ts';
import type { envelopeSchema } from '../../contracts/task.ts';
import { webhookErrors, webhookOf } from '../../contracts/webhook-fields.ts';
import type { FieldError } from '../../errors.ts';
import { isPrivateHost } from '../../outbound/private-address.ts';
import type { CheckedLabels, ChecksDeps } from './checks.ts';

type Labels = Pick<z.infer<typeof envelopeSchema>, 'client' | 'tags' | 'metadata' | 'run_at' | 'delay_seconds'> &
  Parameters<typeof webhookOf>[0];

export const labelsOf = (labels: Labels): CheckedLabels => {
  const { client, tags = [], metadata = null, run_at: runAt, delay_seconds: delaySeconds } = labels;
  return { client, tags, metadata, runAt, delaySeconds, webhook: webhookOf(labels) };
};

/** The errors in the address of the webhook. Names are looked up when they are connected to. */
export const addressErrors = (labels: Labels, { allowPrivateWebhooks }: ChecksDeps): FieldError[] =>
  webhookErrors(labels, ({ hostname }) =>
    allowPrivateWebhooks || !isPrivateHost(hostname)
      ? null
      : `${hostname} is a private address, which webhooks may not have; the operator can allow it with WEBHOOK_ALLOW_PRIVATE=true`,
  );

/** The errors in the time at which it should run. */
export function timeErrors({ run_at: runAt, delay_seconds: delay }: Labels): FieldError[] {
  if (runAt === undefined) return [];
  if (delay !== undefined) return [{ path: 'delay_seconds', message: 'send either run_at or delay_seconds' }];
  const isFar = Date.parse(runAt) > Date.now() + LONGEST_DELAY_SECONDS * 1000;
  return isFar ? [{ path: 'run_at', message: 'expected a time within a year' }] : [];
}

export const pastWarnings = ({ run_at: runAt }: Labels): string[] =>
  runAt !== undefined && Date.parse(runAt) <= Date.now()
    ? ['run_at has passed; it runs as soon as its turn comes']
    : [];

/** @param path of the timeouts in the request. */
export const runSecondsErrors = (
  timeouts: { run_seconds?: number | undefined } | undefined,
  path: string,
  most: number,
): FieldError[] =>
  (timeouts?.run_seconds ?? 0) > most
    ? [
        {
          path: `${path}.run_seconds`,
          message: `expected at most ${most} seconds, the limit set by the operator (MAX_RUN_SECONDS)`,
        },
      ]
    : [];
