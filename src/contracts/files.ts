import { z } from 'zod';
import { timestamp, warnings } from './answers.ts';
import { storedFileSchema } from './stored-file-schema.ts';

/** How many files `GET /assets` lists at most. */
export const MOST_FILES_LISTED = 1000;

/** A file as `GET /assets` lists it. */
const listedFileSchema = storedFileSchema
  .omit({ sha256: true })
  .extend({ modified_at: timestamp.describe('When its content was last written.') })
  .meta({ id: 'ListedFile' });

/** The body of `GET /assets`. */
export const filePageSchema = z
  .strictObject({
    files: z.array(listedFileSchema),
    next_cursor: z.string().nullable().describe('`cursor` of the next page; null on the last page.'),
  })
  .meta({ id: 'FilePage' });

/** The body of the answer of `POST /assets`. */
export const sentFilesSchema = z
  .strictObject({
    files: z.array(
      storedFileSchema
        .extend({ sent_as: z.string().describe('The name of the file in the form.') })
        .meta({ id: 'SentFile' }),
    ),
    warnings: warnings.optional(),
  })
  .meta({ id: 'SentFiles' });

/** The body of the answer of `DELETE /assets/{path}`. */
export const deletedFileSchema = z
  .strictObject({ path: z.string(), deleted: z.literal(true) })
  .meta({ id: 'DeletedFile' });

/** The form of `POST /assets`, as clients may send it. */
export const filesFormSchema = z
  .object({
    file: z.file().describe('One or more files, in fields of any name.'),
    prefix: z.string().optional().describe('The folder for the files; `uploads/` by default.'),
    overwrite: z
      .enum(['true', 'false'])
      .optional()
      .describe('Whether files with the same names are replaced. Otherwise a number is added to the new name.'),
  })
  .meta({ id: 'FilesForm' });
