import type { StatusRecord } from './record.ts';

/** A record, or a part of one, as the fields and values of a Redis hash. */
export function toFields(record: Partial<StatusRecord>): string[] {
  return Object.entries(record)
    .filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) => [name, JSON.stringify(value)]);
}

/** The values of the fields of a Redis hash. */
export const valuesIn = (fields: Readonly<Record<string, string>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([name, json]) => [name, JSON.parse(json) as unknown]));

/** The record in the values of a Redis hash; null when there is none, or not enough of one. */
export function recordFrom(values: Readonly<Record<string, unknown>>): StatusRecord | null {
  const found = values as Partial<StatusRecord>;
  const { taskType, status, createdAt } = found;
  if (status === undefined || taskType === undefined || createdAt === undefined) return null;
  return {
    taskType,
    template: found.template ?? null,
    priority: found.priority ?? 0,
    client: found.client ?? null,
    tags: found.tags ?? [],
    metadata: found.metadata ?? null,
    status,
    result: found.result ?? null,
    createdAt,
    queuedAt: found.queuedAt ?? null,
    startedAt: found.startedAt ?? null,
    finishedAt: found.finishedAt ?? null,
    progress: found.progress ?? 0,
    phase: found.phase ?? '',
    attempts: found.attempts ?? 0,
    waiting: found.waiting ?? null,
    ...(found.step === undefined ? {} : { step: found.step }),
    stage: found.stage ?? null,
    ...(found.webhook === undefined ? {} : { webhook: found.webhook }),
    ...(found.plan === undefined ? {} : { plan: found.plan ?? [] }),
  };
}
