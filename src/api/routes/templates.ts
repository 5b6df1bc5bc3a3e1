import { z } from 'zod';
import { templateSchema, templatesSchema } from '../../contracts/template-description.ts';
import { createListTemplates, createShowTemplate, type TemplatesDeps } from '../handlers/templates.ts';
import { json, type Route } from '../route.ts';

const TEMPLATE = {
  name: 'flux_dev',
  description: 'An image from text with FLUX.1 dev.',
  params: {
    type: 'object',
    properties: { POSITIVE_PROMPT: { type: 'string' }, STEPS: { type: 'integer', default: 20 } },
    required: ['POSITIVE_PROMPT'],
  },
  files: [],
  outputs: [{ node: '9', kind: 'image' }],
  models: [{ folder: 'diffusion_models', file: 'flux1-dev.safetensors', node: '1', input: 'unet_name' }],
};

/** Templates of ComfyUI. */
export function createTemplateRoutes(deps: TemplatesDeps): Route[] {
  return [
    {
      method: 'get',
      path: '/templates',
      id: 'listTemplates',
      tag: 'Templates',
      summary: 'List the templates of ComfyUI',
      description: 'Each with its parameters as JSON Schema, and those that cannot be used with the reason.',
      access: 'read',
      answers: { 200: json('The templates.', templatesSchema, { templates: [TEMPLATE], broken: [] }) },
      errors: [],
      handler: createListTemplates(deps),
    },
    {
      method: 'get',
      path: '/templates/:name',
      id: 'showTemplate',
      tag: 'Templates',
      summary: 'Show one template',
      description: 'Its parameters, input files, outputs and model files.',
      access: 'read',
      params: z.object({ name: z.string().meta({ description: 'The name of a template.', examples: ['flux_dev'] }) }),
      answers: { 200: json('The template.', templateSchema, TEMPLATE) },
      errors: ['not_found', 'template_broken'],
      handler: createShowTemplate(deps),
    },
  ];
}
