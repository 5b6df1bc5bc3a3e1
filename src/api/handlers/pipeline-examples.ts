import { readExamples } from '../read-examples.ts';
import type { ApiResponse } from '../route.ts';

export interface PipelineExamplesDeps {
  /** The absolute path of the folder of the example pipelines. */
  examplesFolder: string;
}

/** `GET /pipelines/examples`: example pipelines, each with the body that submits it. */
export function createPipelineExamples(deps: PipelineExamplesDeps) {
  return async (): Promise<ApiResponse> => ({
    status: 200,
    body: { examples: await readExamples(deps.examplesFolder) },
  });
}
