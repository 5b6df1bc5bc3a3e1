import { submittedSchema } from '../../contracts/answers.ts';
import { pipelineExamplesSchema } from '../../contracts/pipeline.ts';
import { submitHeaders, submitPipelineRequest } from '../../contracts/requests.ts';
import { createPipelineExamples, type PipelineExamplesDeps } from '../handlers/pipeline-examples.ts';
import { createSubmitPipeline, type SubmitPipelineDeps } from '../handlers/submit-pipeline.ts';
import { json, type Route } from '../route.ts';
import { SUBMITTED } from './examples.ts';
import { REPLAYED_HEADER, SUBMIT_ERRORS } from './tasks.ts';

export type PipelineRouteDeps = SubmitPipelineDeps & PipelineExamplesDeps;

const NARRATED = {
  name: 'narrated film',
  steps: [
    { id: 'voice', task_type: 'cosyvoice', payload: { text: 'Snow falls on the harbour.', voice_id: 'luna' } },
    {
      id: 'film',
      task_type: 'remotion_render',
      payload: {
        timeline: { audioSrc: { $from: 'voice.output_path' }, subtitles: { $from: 'voice.subtitles' } },
      },
    },
  ],
  output: { film: { $from: 'film.output_path' } },
};

/** Several tasks as one submission. */
export function createPipelineRoutes(deps: PipelineRouteDeps): Route[] {
  return [
    {
      method: 'post',
      path: '/submit_pipeline',
      id: 'submitPipeline',
      tag: 'Pipelines',
      summary: 'Submit several tasks that feed each other',
      description:
        'Each step is a task, and may use the results of other steps in its payload. A step runs as soon as these exist. `GET /task_status/{task_id}` shows all steps. A step may have no unknown fields.',
      access: 'submit',
      takes: 'bytes',
      headers: submitHeaders,
      body: { schema: submitPipelineRequest, examples: { 'A film with a voice': NARRATED } },
      answers: {
        200: { ...json('The pipeline is accepted.', submittedSchema, SUBMITTED), headers: REPLAYED_HEADER },
      },
      errors: SUBMIT_ERRORS,
      handler: createSubmitPipeline(deps),
    },
    {
      method: 'get',
      path: '/pipelines/examples',
      id: 'listPipelineExamples',
      tag: 'Pipelines',
      summary: 'List pipelines to begin from',
      description: 'Each comes with the body that submits it.',
      access: 'read',
      answers: {
        200: json('The examples.', pipelineExamplesSchema, {
          examples: [{ name: 'narrated-film', description: 'A voice and its film.', body: NARRATED }],
        }),
      },
      errors: [],
      handler: createPipelineExamples(deps),
    },
  ];
}
