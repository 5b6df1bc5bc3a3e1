import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { SMALL_BODY_BYTES } from '../../src/api/app.ts';
import { MOST_STREAMS, MOST_STREAMS_PER_CLIENT } from '../../src/api/events/stream-places.ts';
import { MOST_POSITIONS } from '../../src/api/handlers/events.ts';
import { FORM_LIMITS } from '../../src/api/handlers/files.ts';
import { MOST_VOICE_FORMS, MOST_VOICE_FORMS_PER_CLIENT, VOICE_UPLOAD_LIMITS } from '../../src/api/middleware/upload.ts';
import { MOST_ERRORS } from '../../src/api/problem.ts';
import { MOST_LEVELS, MOST_VALUES } from '../../src/api/read-json.ts';
import { MOST_SOURCES } from '../../src/api/request-sources.ts';
import { DEADLINE_MS, HEAP_MB, MOST_WAITING } from '../../src/checking/check-pool.ts';
import { loadConfig } from '../../src/config.ts';
import { MOST_STREAM_IDS } from '../../src/contracts/events.ts';
import { LARGEST_PREVIEW_BYTES } from '../../src/drivers/comfyui/client/preview-frames.ts';
import { MOST_FILES_LISTED } from '../../src/contracts/files.ts';
import { MOST_NODES, MOST_PARAMS } from '../../src/contracts/comfyui.ts';
import { LONGEST_TEXT as LONGEST_SCRIPT } from '../../src/contracts/cosyvoice.ts';
import { LONGEST_DELAY_SECONDS, LONGEST_TAG, MOST_METADATA_BYTES, MOST_TAGS } from '../../src/contracts/labels.ts';
import { LONGEST_SECONDS } from '../../src/contracts/names.ts';
import { MOST_STEPS, pipelineSchema } from '../../src/contracts/pipeline.ts';
import { LONGEST_REASON, LONGEST_WAIT_SECONDS, MOST_NEXT } from '../../src/contracts/queue.ts';
import { MOST_SHOWN_TASKS } from '../../src/status/compact-pipeline.ts';
import { LONGEST_STATUS_WAIT_SECONDS } from '../../src/contracts/status-query.ts';
import { MOST_LISTED } from '../../src/contracts/task-list.ts';
import { envelopeSchema, LONGEST_IDEMPOTENCY_KEY, MOST_SUBMITTED } from '../../src/contracts/task.ts';
import { MOST_CLIPS, MOST_PIXELS } from '../../src/contracts/timeline.ts';
import { MOST_SUBTITLES, MOST_WORDS } from '../../src/contracts/timeline/subtitles.ts';
import { LONGEST_TEXT } from '../../src/contracts/timeline/values.ts';
import { LONGEST_WEBHOOK_URL } from '../../src/contracts/webhook-fields.ts';
import { newBudget } from '../../src/pipelines/budget.ts';
import { MOST_CHARACTERS } from '../../src/pipelines/values.ts';
import { LONGEST_NAME, LONGEST_PATH } from '../../src/files/client-path.ts';
import { MOST_REPLAYED } from '../../src/status/change-log.ts';
import { CHANGE_LOG_LENGTH } from '../../src/status/queue-keys.ts';
import { MOST_WATCHES, MOST_WATCHES_PER_CLIENT } from '../../src/status/status-changes.ts';
import { MOST_REDIRECTS } from '../../src/sources/open-address.ts';
import { MOST_FETCHING } from '../../src/sources/source-fetcher.ts';
import { LARGEST_INPUT_BYTES } from '../../src/tasks/start-task.ts';
import { ANSWER_MS } from '../../src/temporal/connection.ts';

const config = loadConfig({});
const budget = newBudget();

/** How long a text may be, by what a schema takes. */
function longest(takes: (text: string) => boolean): number {
  let length = 1;
  while (takes('a'.repeat(length + 1))) length++;
  return length;
}
const step = { id: 'a', task_type: 'cosyvoice', payload: {} };

const LIMITS: Readonly<Record<string, number>> = {
  'bytes of a task or a pipeline (`MAX_BODY_BYTES`)': config.http.maxBodyBytes,
  'bytes of any other JSON': SMALL_BODY_BYTES,
  'values in a body: fields, items, and the objects and lists that hold them': MOST_VALUES,
  'levels of nested lists and objects': MOST_LEVELS,
  'bytes of a task with all values filled in': LARGEST_INPUT_BYTES,
  'processor seconds for the check': DEADLINE_MS / 1000,
  'megabytes of memory for the check': HEAP_MB,
  'requests that wait for a check': MOST_WAITING,
  'bad fields that an answer lists; `errors_omitted` counts the others': MOST_ERRORS,
  'tasks, counting each item of `for_each` (`MAX_PIPELINE_TASKS`)': config.maxPipelineTasks,
  steps: MOST_STEPS,
  'values of all payloads, including those that `for_each`, `$for` and references fill in': budget.values,
  'characters of all payloads, including those that are filled in': budget.characters,
  'characters of one payload, including those that are filled in': MOST_CHARACTERS,
  'characters of all scripts whose sentences the pipeline refers to': budget.split,
  "characters of a step's `id`": longest((id) => pipelineSchema.safeParse({ steps: [{ ...step, id }] }).success),
  'characters of a `name`': longest((name) => pipelineSchema.safeParse({ name, steps: [step] }).success),
  'characters of `client`': longest((client) => envelopeSchema.safeParse({ ...step, client }).success),
  'characters of an `Idempotency-Key`': LONGEST_IDEMPOTENCY_KEY,
  'tags of a task or a pipeline': MOST_TAGS,
  'characters of a tag': LONGEST_TAG,
  'characters of `webhook_url`': LONGEST_WEBHOOK_URL,
  'bytes of `metadata` as JSON': MOST_METADATA_BYTES,
  'seconds of `delay_seconds`, and from now to `run_at`': LONGEST_DELAY_SECONDS,
  'seconds of `queue_seconds`': LONGEST_SECONDS,
  'seconds of `run_seconds` (`MAX_RUN_SECONDS`)': config.maxRunSeconds,
  "bytes of an output's name": LONGEST_NAME,
  "bytes of an output's whole path": LONGEST_PATH,
  'clips of a timeline': MOST_CLIPS,
  'subtitles of a timeline': MOST_SUBTITLES,
  'words of a subtitle': MOST_WORDS,
  'characters of a subtitle or a title': LONGEST_TEXT,
  'pixels of the width or the height of a film': MOST_PIXELS,
  'characters of a script': LONGEST_SCRIPT,
  'nodes of a graph': MOST_NODES,
  'parameters of a graph': MOST_PARAMS,
  'addresses, data URIs and base64 in the places of files': MOST_SOURCES,
  'bytes that all addresses together lead to (`MAX_FETCH_MB`)': config.fetch.mostBytes,
  'seconds for all addresses together (`FETCH_SECONDS`)': config.fetch.seconds,
  'redirects of an address': MOST_REDIRECTS,
  'requests of one client whose addresses are fetched at once': MOST_FETCHING.ofClient,
  'requests whose addresses one API process fetches at once': MOST_FETCHING.all,
  'tasks in `POST /submit_tasks`': MOST_SUBMITTED,
  'bytes of a recording in `POST /voices`': VOICE_UPLOAD_LIMITS.fileBytes,
  'bytes of the whole form in `POST /voices`': VOICE_UPLOAD_LIMITS.totalBytes,
  'bytes of a field of the form': VOICE_UPLOAD_LIMITS.fieldBytes,
  'files in the form': VOICE_UPLOAD_LIMITS.files,
  'fields in the form': VOICE_UPLOAD_LIMITS.fields,
  'bytes of a file in `PUT /assets/{path}`, or of all files in `POST /assets` (`MAX_UPLOAD_MB`)': config.maxUploadBytes,
  'files in the form of `POST /assets`': FORM_LIMITS.files,
  'files that a page of `GET /assets` lists': MOST_FILES_LISTED,
  'characters of the `reason` of a pause or a drain': LONGEST_REASON,
  'seconds of `wait` in `POST /queue/drain`': LONGEST_WAIT_SECONDS,
  'seconds of `wait` in `GET /task_status/{task_id}`': LONGEST_STATUS_WAIT_SECONDS,
  'requests of one API process that `wait` for a status': MOST_WATCHES,
  'the same of one client': MOST_WATCHES_PER_CLIENT,
  'forms of `POST /voices` that one API process receives at once': MOST_VOICE_FORMS,
  'forms of `POST /voices` of one client that are received at once': MOST_VOICE_FORMS_PER_CLIENT,
  'open streams of events of one API process': MOST_STREAMS,
  'open streams of events of one client, of one API process': MOST_STREAMS_PER_CLIENT,
  'ids in `task_id` of `GET /events`': MOST_STREAM_IDS,
  'changes that are kept for clients that reconnect to events, about': CHANGE_LOG_LENGTH,
  'changes that one client gets when it reconnects': MOST_REPLAYED,
  'waiting tasks that an event `queue` lists': MOST_POSITIONS,
  'bytes of a preview picture of ComfyUI': LARGEST_PREVIEW_BYTES,
  'tasks that `next` lists in `GET /queue`': MOST_NEXT,
  'tasks on a page of `GET /tasks`': MOST_LISTED,
  'tasks of a running pipeline whose status is shown in full': MOST_SHOWN_TASKS,
  "seconds for Temporal's answer to one call; a submission asks three times": ANSWER_MS / 1000,
  'waiting tasks of all clients (`MAX_QUEUED`)': config.maxQueued,
};

test('docs/limits.md lists every limit of the code with its value', async () => {
  const page = await readFile(new URL('../../docs/limits.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| ([^|\n]+) \| ([\d,]+) \|/gm)];
  const told = Object.fromEntries(rows.map(([, of = '', most = '']) => [of, Number(most.replaceAll(',', ''))]));
  expect(told).toEqual(LIMITS);
});
