import type { Webhook } from '../contracts/webhook-events.ts';
import type { StatusRecord } from './record.ts';

/** A record, or a part of one, as the fields and values of a Redis hash. */
export function toFields(record: Partial<StatusRecord>): string[] {
  return Object.entries(record)
    .filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) => [name, JSON.stringify(value)]);
}

/** The fields of a Redis hash as a script returns them: names and values, alternating. */
export function fieldsIn(flat: readonly string[]): Record<string, string> {
  const fields: Record<string, string> = {};
  for (let at = 0; at + 1 < flat.length; at += 2) fields[flat[at] ?? ''] = flat[at + 1] ?? '';
  return fields;
}

/** The record in a Redis hash; null when there is none, or not enough of one. */
export function recordFrom(fields: Record<string, string>): StatusRecord | null {
  const value = <K extends keyof StatusRecord>(name: K, otherwise: StatusRecord[K]): StatusRecord[K] =>
    fields[name] === undefined ? otherwise : (JSON.parse(fields[name]) as StatusRecord[K]);
  if (fields['status'] === undefined || fields['taskType'] === undefined || fields['createdAt'] === undefined)
    return null;
  return {
    taskType: value('taskType', 'remotion_render'),
    template: value('template', null),
    priority: value('priority', 0),
    client: value('client', null),
    tags: value('tags', []),
    metadata: value('metadata', null),
    status: value('status', 'pending'),
    result: value('result', null),
    createdAt: value('createdAt', ''),
    queuedAt: value('queuedAt', null),
    startedAt: value('startedAt', null),
    finishedAt: value('finishedAt', null),
    progress: value('progress', 0),
    phase: value('phase', ''),
    attempts: value('attempts', 0),
    waiting: value('waiting', null),
    ...(fields['step'] === undefined ? {} : { step: JSON.parse(fields['step']) as NonNullable<StatusRecord['step']> }),
    stage: value('stage', null) ?? null,
    ...(fields['webhook'] === undefined ? {} : { webhook: JSON.parse(fields['webhook']) as Webhook }),
    ...(fields['plan'] === undefined ? {} : { plan: value('plan', []) ?? [] }),
  };
}
