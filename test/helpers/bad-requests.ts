import { request } from 'node:http';

export interface BadRequest {
  title: string;
  method?: string;
  path?: string;
  contentType?: string | null;
  body?: string | object;
  status: number;
  code: string;
  /** Paths of `errors`, in order. */
  fields?: string[];
}

const render = (payload: unknown, more: object = {}): object => ({ task_type: 'remotion_render', payload, ...more });
const film = (timeline: object, more: object = {}): object =>
  render({ timeline: { durationInFrames: 30, ...timeline }, ...more });

/**
 * Requests that must be refused, and how. `picture.png` exists in the asset folder, `escape.png` leads out of it,
 * `empty.png` is empty.
 */
export const BAD_REQUESTS: BadRequest[] = [
  { title: 'Malformed JSON', body: '{"task_type": "remotion_render",', status: 400, code: 'malformed_json' },
  { title: 'An empty body', body: '', status: 422, code: 'invalid_request', fields: ['task_type', 'payload'] },
  {
    title: 'A form instead of JSON',
    contentType: 'application/x-www-form-urlencoded',
    body: 'a=b',
    status: 415,
    code: 'unsupported_media_type',
  },
  {
    title: 'A body without a content type',
    contentType: null,
    body: '{}',
    status: 415,
    code: 'unsupported_media_type',
  },
  {
    title: 'A body above the limit',
    body: { task_type: 'remotion_render', payload: { text: 'x'.repeat(1_100_000) } },
    status: 413,
    code: 'body_too_large',
  },
  { title: 'A JSON list', body: [], status: 422, code: 'invalid_request', fields: [''] },
  { title: 'An empty object', body: {}, status: 422, code: 'invalid_request', fields: ['task_type', 'payload'] },
  {
    title: 'An unknown task type',
    body: { task_type: 'remotion', payload: {} },
    status: 422,
    code: 'invalid_request',
    fields: ['task_type'],
  },
  {
    title: 'A pipeline that is posted as a task',
    body: { name: 'film', steps: [{ id: 'film', ...film({}) }] },
    status: 422,
    code: 'invalid_request',
    fields: ['steps'],
  },
  {
    title: 'A task of the type pipeline',
    body: { task_type: 'pipeline', payload: { steps: [] } },
    status: 422,
    code: 'invalid_request',
    fields: ['task_type'],
  },
  {
    title: 'A priority that is no whole number',
    body: { ...film({}), priority: 50.5 },
    status: 422,
    code: 'invalid_request',
    fields: ['priority'],
  },
  {
    title: 'A priority in words',
    body: { ...film({}), priority: 'high' },
    status: 422,
    code: 'invalid_request',
    fields: ['priority'],
  },
  {
    title: 'A payload that is a list',
    body: render([]),
    status: 422,
    code: 'invalid_request',
    fields: ['payload', 'payload'],
  },
  {
    title: 'A payload without a timeline',
    body: render({}),
    status: 422,
    code: 'invalid_request',
    fields: ['payload.timeline'],
  },
  {
    title: 'A timeline without any length',
    body: render({ timeline: { clips: [] } }),
    status: 422,
    code: 'invalid_request',
    fields: ['payload.timeline.durationInFrames'],
  },
  {
    title: 'A width in words',
    body: film({ width: 'wide' }),
    status: 422,
    code: 'invalid_request',
    fields: ['payload.timeline.width'],
  },
  {
    title: 'A negative start',
    body: film({ clips: [{ type: 'image', src: 'picture.png', startFrame: -1 }] }),
    status: 422,
    code: 'invalid_request',
    fields: ['payload.timeline.clips[0].startFrame'],
  },
  {
    title: 'Every missing file',
    body: film({
      clips: [
        { type: 'image', src: 'picture.png' },
        { type: 'image', src: 'gone.png' },
      ],
      audioSrc: 'gone.wav',
      bgmSrc: 'gone.mp3',
    }),
    status: 422,
    code: 'invalid_request',
    fields: ['payload.timeline.clips[1].src', 'payload.timeline.audioSrc', 'payload.timeline.bgmSrc'],
  },
  {
    title: 'A path that climbs out',
    body: film({ audioSrc: '../../etc/passwd' }),
    status: 422,
    code: 'invalid_request',
    fields: ['payload.timeline.audioSrc'],
  },
  {
    title: 'An absolute path outside',
    body: film({ audioSrc: '/etc/passwd' }),
    status: 422,
    code: 'invalid_request',
    fields: ['payload.timeline.audioSrc'],
  },
  {
    title: 'A symbolic link that leads out',
    body: film({ clips: [{ type: 'image', src: 'escape.png' }] }),
    status: 422,
    code: 'invalid_request',
    fields: ['payload.timeline.clips[0].src'],
  },
  {
    title: 'An empty file',
    body: film({ clips: [{ type: 'image', src: 'empty.png' }] }),
    status: 422,
    code: 'invalid_request',
    fields: ['payload.timeline.clips[0].src'],
  },
  {
    title: 'A file from a private address',
    body: film({ clips: [{ type: 'image', src: 'https://127.0.0.1/a.png' }] }),
    status: 422,
    code: 'source_refused',
    fields: ['payload.timeline.clips[0].src'],
  },
  {
    title: 'An output outside the asset folder',
    body: film({}, { output_path: '../film.mp4' }),
    status: 422,
    code: 'invalid_request',
    fields: ['payload.output_path'],
  },
  ...['work', 'voices', 'fetched'].map((folder) => ({
    title: `An output in ${folder}/`,
    body: film({}, { output_path: `${folder}/./film.mp4` }),
    status: 422,
    code: 'invalid_request',
    fields: ['payload.output_path'],
  })),
  {
    title: 'An output of another kind',
    body: film({}, { output_filename: 'film.avi' }),
    status: 422,
    code: 'invalid_request',
    fields: ['payload.output_filename'],
  },
  {
    title: 'An output name with a folder',
    body: film({}, { output_filename: 'a/film.mp4' }),
    status: 422,
    code: 'invalid_request',
    fields: ['payload.output_filename'],
  },
  {
    title: 'Errors everywhere, told at once, the missing file among them',
    body: {
      ...film(
        { fps: 'fast', clips: [{ type: 'image', src: 'gone.png', layer: 'top' }] },
        { output_path: '/tmp/a.mp4' },
      ),
      priority: 'x',
    },
    status: 422,
    code: 'invalid_request',
    fields: [
      'priority',
      'payload.timeline.fps',
      'payload.timeline.clips[0].layer',
      'payload.output_path',
      'payload.timeline.clips[0].src',
    ],
  },
  {
    title: 'An id that no task has',
    method: 'GET',
    path: '/task_status/3b1c1f1e-7d2f-4b8f-9d4e-2f6a5f0f2f11',
    status: 404,
    code: 'task_not_found',
  },
  { title: 'An id that is no uuid', method: 'GET', path: '/task_status/abc', status: 404, code: 'task_not_found' },
  {
    title: 'An id with a broken escape',
    method: 'GET',
    path: '/task_status/%E0%A4%A',
    status: 400,
    code: 'malformed_request',
  },
  { title: 'A page that does not exist', method: 'GET', path: '/tasks/../etc', status: 404, code: 'not_found' },
  {
    title: 'A method that the page does not know',
    method: 'GET',
    path: '/submit_task',
    status: 405,
    code: 'method_not_allowed',
  },
];

/** Sends one as it is, without a client's help or normalisation. */
export function sendRaw(base: string, bad: BadRequest): Promise<{ status: number; contentType: string; text: string }> {
  const { method = 'POST', path = '/submit_task', contentType = 'application/json', body } = bad;
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const headers = contentType === null || method === 'GET' ? {} : { 'Content-Type': contentType };
    const sent = request({ hostname, port, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, contentType: response.headers['content-type'] ?? '', text }),
      );
    });
    sent.on('error', reject);
    if (body !== undefined) sent.write(typeof body === 'string' ? body : JSON.stringify(body));
    sent.end();
  });
}
