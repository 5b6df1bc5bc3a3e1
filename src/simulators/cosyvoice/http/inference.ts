import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Core } from '../core.ts';
import { strike, type Strike } from '../faults.ts';
import { corruptBody } from '../model/corrupt-body.ts';
import { generate } from '../model/generate.ts';
import type { Method } from '../model/methods.ts';
import { prepare, type Job } from '../model/prepare.ts';
import { createVariation } from '../model/variation.ts';
import type { RequestRecord } from '../stats.ts';
import { send, serverError } from './answer.ts';
import { readForm, UnreadableForm, type Upload } from './form.ts';
import { frameworkOf } from './framework.ts';
import { collect, stream } from './stream.ts';
import { validate } from './validate.ts';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

const aboutRecording = ({ filename, bytes }: Upload): NonNullable<RequestRecord['recording']> => ({
  filename,
  bytes: bytes.length,
  sha256: sha256(bytes),
});

/** How fast, where the server has a field for it. */
function speedOf({ extensions }: Core['settings'], fields: Record<string, string>): number {
  const speed = Number(fields['speed'] ?? 1);
  return extensions.includes('speed') && speed > 0 ? speed : 1;
}

async function deliver(
  core: Core,
  response: ServerResponse,
  record: RequestRecord,
  job: Job,
  hit: Strike,
): Promise<void> {
  const variation = createVariation(core.settings, record.fields['seed']);
  const chunks = corruptBody(generate(core, { job, strike: hit, record, variation }), hit);
  const delivery = { core, response, record, death: hit.death };
  await (core.settings.wrapper === 'wav' ? collect(delivery, chunks) : stream(delivery, chunks));
}

/** A request that passed FastAPI's validation. */
interface Order {
  method: Method;
  fields: Record<string, string>;
  recording?: Upload;
  verb: string;
}

async function work(core: Core, { method, fields, recording, verb }: Order, response: ServerResponse): Promise<void> {
  const { counters, settings, faults, analyse } = core;
  const record = counters.request({
    method: verb,
    path: `/${method.name}`,
    fields,
    ...(recording !== undefined && { recording: aboutRecording(recording) }),
  });
  response.once('close', () => {
    if (record.endedAt === undefined) counters.change(record, { disconnectedAt: Date.now() });
  });
  const hit = strike(faults, fields['tts_text'] ?? '');
  if (hit.hang === 'headers') {
    response.once('close', () => counters.end(record, 'disconnected'));
    return;
  }
  const asked = { method, fields, recording: recording?.bytes, speed: speedOf(settings, fields) };
  const deps = { settings, tensorBug: faults.tensorBug, analyse };
  const job = hit.error ? undefined : await prepare(asked, deps).catch(() => undefined);
  if (job !== undefined) return deliver(core, response, record, job, hit);
  counters.end(record, 'refused');
  send(response, serverError);
}

/** Answers a request to an inference path. */
export async function infer(
  core: Core,
  method: Method,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const framework = frameworkOf(core.settings.fastapi);
    const valid = validate(method, await readForm(request, framework), framework);
    if ('complaints' in valid) send(response, { status: 422, body: { detail: valid.complaints } });
    else await work(core, { ...valid, method, verb: request.method ?? '' }, response);
  } catch (error) {
    if (error instanceof UnreadableForm) send(response, { status: 400, body: { detail: error.message } });
    else response.destroy();
  }
}
