import { SPEECH_MODES, type SpeechMode } from '../../contracts/cosyvoice.ts';
import { misspeltFields } from '../../contracts/misplaced-fields.ts';
import { objectText } from '../../contracts/text-instead.ts';
import { AppError, type FieldError } from '../../errors.ts';
import type { SentFile, SentFiles } from '../../files/sent-files.ts';
import type { ListedVoice, VoiceLibrary } from '../../voices/voice-library.ts';
import { requireOwn } from '../own-files.ts';
import { refusal } from '../refusal.ts';
import type { ApiRequest, ApiResponse } from '../route.ts';
import type { UploadedFile, UploadedForm } from '../upload.ts';

export interface VoicesDeps {
  voices: VoiceLibrary;
  sent: SentFiles;
}

/** A voice among the sent files: it belongs to the client that added it last. */
const asSentVoice = (id: string): SentFile => ({ path: `voices/${id}`, version: '' });

const thousandths = (value: number): number => Math.round(value * 1000) / 1000;

const describe = ({ id, check, ...voice }: ListedVoice) => ({
  voice_id: id,
  ...voice,
  duration_seconds: check === null ? null : thousandths(check.durationSeconds),
  sample_rate: check === null ? null : check.sampleRate,
});

/** `GET /voices`: every voice, and the unusable voices with the reason. */
export function createListVoices(deps: VoicesDeps) {
  return async (): Promise<ApiResponse> => {
    const { voices, broken } = await deps.voices.list();
    const problems = broken.map(({ id, problem }) => ({ voice_id: id, problem }));
    return { status: 200, body: { voices: voices.map(describe), broken: problems } };
  };
}

const field = (form: UploadedForm, name: string): string | null => form.fields[name]?.trim() || null;

const FIELDS = [
  'voice_id',
  'transcript',
  'prompt_text',
  'language',
  'instruction',
  'instruct_text',
  'speaker',
  'mode',
  'replace',
];

/** Control characters except line breaks and tabs, and the replacement character for invalid UTF-8. */
const NO_TEXT = /[^\P{Control}\n\r\t]|\ufffd/u;
/** More text than anybody speaks in half a minute. */
const LONGEST_TEXT = 2000;

function problemOf(text: string): string | undefined {
  const written = objectText(text);
  if (written !== undefined) return `expected text; ${written}`;
  if (NO_TEXT.test(text)) return 'expected text in UTF-8 without control characters';
  return text.length > LONGEST_TEXT ? `expected at most ${LONGEST_TEXT} characters` : undefined;
}

/** If no file was chosen, browsers send a part without a name. */
const isSent = ({ name, size }: UploadedFile): boolean => name !== '' && size > 0;

/** Checks the form itself, without the content of its recording. @throws {AppError} `invalid_request` */
function checkForm({ fields, files }: UploadedForm): void {
  const errors = FIELDS.flatMap((path): FieldError[] => {
    const message = problemOf(fields[path] ?? '');
    return message === undefined ? [] : [{ path, message }];
  });
  const sent = files.filter(isSent).length;
  if (sent > 1) errors.push({ path: 'recording', message: `expected one file, but ${sent} were sent` });
  if (errors.length > 0) throw refusal(errors);
}

function modeOf(form: UploadedForm): SpeechMode {
  const mode = field(form, 'mode')?.toLowerCase() ?? 'clone';
  const known = SPEECH_MODES.find((one) => one === mode);
  if (known === undefined) throw refusal([{ path: 'mode', message: 'expected instruct or clone' }]);
  return known;
}

/**
 * `POST /voices`, a form: `voice_id`, the file `recording`, `transcript`, and optionally `language`, `instruction`,
 * `speaker`, `mode`, `replace`. The request's body is an {@link UploadedForm}.
 */
export function createAddVoice(deps: VoicesDeps) {
  return async ({ body, caller, key }: ApiRequest): Promise<ApiResponse> => {
    const form = body as UploadedForm;
    checkForm(form);
    const warnings = misspeltFields(form.fields, FIELDS);
    const file = form.files.find(isSent);
    const id = (field(form, 'voice_id') ?? '').normalize('NFC');
    const replace = /^(true|1|yes|on)$/i.test(field(form, 'replace') ?? '');
    if (replace && (await deps.voices.ids()).includes(id)) await requireOwn(deps.sent, caller, asSentVoice(id));
    const voice = await deps.voices.add({
      id,
      recording: file === undefined ? null : { file: file.path, name: file.name },
      transcript: field(form, 'transcript') ?? field(form, 'prompt_text'),
      language: field(form, 'language'),
      instruction: field(form, 'instruction') ?? field(form, 'instruct_text'),
      speaker: field(form, 'speaker'),
      mode: modeOf(form),
      replace,
    });
    if (key !== undefined) await deps.sent.note(asSentVoice(voice.id), key).catch(() => undefined);
    return { status: 201, body: { ...describe(voice), ...(warnings.length > 0 ? { warnings } : {}) } };
  };
}

/** `DELETE /voices/{id}` */
export function createDeleteVoice(deps: VoicesDeps) {
  return async ({ params, caller }: ApiRequest): Promise<ApiResponse> => {
    const id = params['id'] ?? '';
    if ((await deps.voices.ids()).includes(id)) await requireOwn(deps.sent, caller, asSentVoice(id));
    if (await deps.voices.remove(id)) return { status: 200, body: { voice_id: id, deleted: true } };
    const ids = (await deps.voices.ids()).join(', ');
    throw new AppError('not_found', `there is no voice called "${id.slice(0, 100)}"; available: ${ids || 'none'}`);
  };
}
