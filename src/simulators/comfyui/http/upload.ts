import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isFolderType } from '../folders.ts';
import { parseForm, type Form } from './multipart.ts';
import { empty, ok, post, serverError, type Answer, type Call, type Route } from './route.ts';

/** The same name is used again for the same bytes; for others it gets a number, and that one is used again too. */
async function freeName(folder: string, filename: string, bytes: Buffer): Promise<string> {
  const { name, ext } = path.parse(filename);
  for (let number = 0; ; number++) {
    const candidate = number === 0 ? filename : `${name} (${number})${ext}`;
    const file = path.join(folder, candidate);
    if (!existsSync(file) || (await readFile(file)).equals(bytes)) return candidate;
  }
}

/** Takes files of any kind. */
async function upload({ core, request, body }: Call): Promise<Answer> {
  let form: Form;
  try {
    form = await parseForm(request.headers, body);
  } catch {
    return empty(400);
  }
  const { image } = form.files;
  if (image === undefined) return empty(400);
  const type = form.fields['type'] ?? 'input';
  if (!isFolderType(type) || !image.filename) return serverError();
  const subfolder = form.fields['subfolder'] ?? '';
  const folder = core.folders.inside(type, path.normalize(subfolder));
  const target = folder && core.folders.inside(type, subfolder, image.filename);
  if (folder === undefined || target === undefined || path.dirname(target) !== folder) return empty(400);
  await mkdir(folder, { recursive: true });
  const overwrite = ['true', '1'].includes(form.fields['overwrite'] ?? '');
  const name = overwrite ? image.filename : await freeName(folder, image.filename, image.bytes);
  await writeFile(path.join(folder, name), image.bytes);
  core.counters.count('uploads');
  return ok({ name, subfolder, type });
}

export const uploadRoutes: Route[] = [post(/^\/upload\/image$/, upload), post(/^\/upload\/mask$/, upload)];
