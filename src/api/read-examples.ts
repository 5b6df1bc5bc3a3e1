import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** An example pipeline. */
export interface PipelineExample {
  /** The name of its file. */
  name: string;
  /** Its result and its requirements. */
  description: string;
  /** The body for `POST /submit_pipeline`. */
  body: { description: string; [field: string]: unknown };
}

const ENDING = '.json';

/** Reads the pipelines of a folder, sorted by name. @param folder of JSON files, each a body with a `description`. */
export async function readExamples(folder: string): Promise<PipelineExample[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(ENDING)).toSorted();
  return Promise.all(
    files.map(async (file) => {
      const body = JSON.parse(await readFile(path.join(folder, file), 'utf8')) as PipelineExample['body'];
      return { name: path.basename(file, ENDING), description: body.description, body };
    }),
  );
}
