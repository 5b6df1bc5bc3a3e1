import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** A pipeline to begin from. */
export interface PipelineExample {
  /** The name of its file. */
  name: string;
  /** What it makes, and what must be there for it. */
  description: string;
  /** What `POST /submit_pipeline` takes. */
  body: { description: string; [field: string]: unknown };
}

const ENDING = '.json';

/** The pipelines of a folder, by name. @param folder of JSON files, each a body that also has a `description`. */
export async function readExamples(folder: string): Promise<PipelineExample[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(ENDING)).toSorted();
  return Promise.all(
    files.map(async (file) => {
      const body = JSON.parse(await readFile(path.join(folder, file), 'utf8')) as PipelineExample['body'];
      return { name: path.basename(file, ENDING), description: body.description, body };
    }),
  );
}
