import type { Method } from '../model/methods.ts';
import type { Form, Upload } from './form.ts';
import type { Framework } from './framework.ts';

/** One complaint of FastAPI. */
export interface Complaint {
  type: string;
  loc: readonly string[];
  msg: string;
  input: unknown;
  ctx?: unknown;
}

export interface Valid {
  fields: Record<string, string>;
  recording?: Upload;
}

const missing = (name: string): Complaint => ({
  type: 'missing',
  loc: ['body', name],
  msg: 'Field required',
  input: null,
});

function textComplaint(form: Form, name: string, { emptyIsMissing }: Framework): Complaint[] {
  const value = form[name];
  // Nothing is trimmed.
  if (value === undefined || (value === '' && emptyIsMissing)) return [missing(name)];
  if (typeof value === 'string') return [];
  return [{ type: 'string_type', loc: ['body', name], msg: 'Input should be a valid string', input: {} }];
}

function recordingComplaint(value: Form[string] | undefined, { emptyIsMissing }: Framework): Complaint[] {
  if (value === undefined || (value === '' && emptyIsMissing)) return [missing('prompt_wav')];
  if (typeof value !== 'string') return [];
  const msg = "Value error, Expected UploadFile, received: <class 'str'>";
  return [{ type: 'value_error', loc: ['body', 'prompt_wav'], msg, input: value, ctx: { error: {} } }];
}

/** Checks a form as FastAPI does for a method. */
export function validate(method: Method, form: Form, framework: Framework): Valid | { complaints: Complaint[] } {
  const recording = method.recording ? form['prompt_wav'] : undefined;
  const complaints = [
    ...method.texts.flatMap((name) => textComplaint(form, name, framework)),
    ...(method.recording ? recordingComplaint(recording, framework) : []),
  ];
  if (complaints.length > 0) return { complaints };
  const texts = Object.entries(form).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return { fields: Object.fromEntries(texts), ...(typeof recording === 'object' && { recording }) };
}
