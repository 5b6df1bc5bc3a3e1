import { readExamples } from '../read-examples.ts';
import type { ApiResponse } from '../route.ts';

export interface PipelineExamplesDeps {
  /** Absolute path of the folder of the pipelines that come with the project. */
  examplesFolder: string;
}

/** `GET /pipelines/examples`: pipelines to begin from, each with the body that submits it. */
export function createPipelineExamples(deps: PipelineExamplesDeps) {
  return async (): Promise<ApiResponse> => ({
    status: 200,
    body: { examples: await readExamples(deps.examplesFolder) },
  });
}
