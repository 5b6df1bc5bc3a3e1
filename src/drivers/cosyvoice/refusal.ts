import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { Answer } from './http.ts';

const validationSchema = z.object({
  detail: z.array(z.looseObject({ loc: z.array(z.union([z.string(), z.number()])), msg: z.string() })),
});

/** FastAPI repeats the request, including recordings; only the place and the reason are useful. */
function reasonIn(body: Buffer): string {
  try {
    const { detail } = validationSchema.parse(JSON.parse(body.toString()));
    return detail.map(({ loc, msg }) => `${loc.at(-1) ?? ''}: ${msg}`).join('; ');
  } catch {
    return body.toString().replace(/\s+/g, ' ').trim().slice(0, 200);
  }
}

/**
 * Converts an answer that a repetition would not change into an error of the catalogue; undefined for other answers.
 */
export function refusalOf({ status, body }: Answer, path: string): AppError | undefined {
  if (status === 404 || status === 405)
    return new AppError('cosyvoice_unsupported', `the server has no endpoint ${path} (HTTP ${status})`);
  if (status !== null && status >= 400 && status < 500)
    // The reason may repeat parts of the request.
    return new AppError('cosyvoice_refused', `${path}: HTTP ${status}: ${reasonIn(body)}`, {
      logged: `${path}: HTTP ${status}`,
    });
  return undefined;
}
