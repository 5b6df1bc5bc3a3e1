import { z } from 'zod';
import { createOpenApi, createReferenceFile, createReferencePage, type ReferenceDeps } from '../handlers/reference.ts';
import { json, type Route } from '../route.ts';

/** The description of all routes. @param routes all of them, these too. */
export function createReferenceRoutes(deps: ReferenceDeps, routes: () => readonly Route[]): Route[] {
  return [
    {
      method: 'get',
      path: '/openapi.json',
      id: 'describeApi',
      tag: 'Reference',
      summary: 'Describe the API as OpenAPI 3.1',
      description: 'For generators of clients and for tools that read OpenAPI. Needs no key.',
      access: 'anybody',
      answers: {
        200: json(
          'The description.',
          z.looseObject({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) }),
          {
            openapi: '3.1.0',
            info: { title: 'GPU middleware', version: '0.1.0' },
            paths: {},
          },
        ),
      },
      errors: [],
      handler: createOpenApi(deps, routes),
    },
    {
      method: 'get',
      path: '/docs',
      id: 'showReference',
      tag: 'Reference',
      summary: 'Show the reference as a page',
      description: 'Made of `/openapi.json`; all that it needs comes from this machine. Needs no key.',
      access: 'anybody',
      answers: { 200: { description: 'The page.', type: 'text/html' } },
      errors: [],
      handler: createReferencePage(),
    },
    {
      method: 'get',
      path: '/docs/:file',
      id: 'getReferenceFile',
      tag: 'Reference',
      summary: 'Get a file of the reference page',
      description: 'Scripts and styles. Needs no key.',
      access: 'anybody',
      params: z.object({ file: z.string().meta({ description: 'The name of the file.', examples: ['page.css'] }) }),
      answers: {
        200: { description: 'The file.', type: 'text/*' },
        304: { description: 'The client has it already.' },
      },
      errors: [
        'not_found',
        'file_not_found',
        'precondition_failed',
        'range_not_satisfiable',
        'asset_folder_unavailable',
      ],
      handler: createReferenceFile(),
    },
  ];
}
