import { AppError } from '../../errors.ts';
import { describeTemplate } from '../../templates/describe-template.ts';
import type { TemplateStore } from '../../templates/template-store.ts';
import type { ApiRequest, ApiResponse } from '../route.ts';

export interface TemplatesDeps {
  templates: TemplateStore;
}

/** `GET /templates`: every template with its parameters as JSON Schema, and the unusable templates with the reason. */
export function createListTemplates(deps: TemplatesDeps) {
  return async (): Promise<ApiResponse> => {
    const { templates, broken } = await deps.templates.list();
    return { status: 200, body: { templates: templates.map(describeTemplate), broken } };
  };
}

/** `GET /templates/{name}` */
export function createShowTemplate(deps: TemplatesDeps) {
  return async ({ params }: ApiRequest): Promise<ApiResponse> => {
    const { templates, broken } = await deps.templates.list();
    const name = params['name'] ?? '';
    const template = templates.find((one) => one.name === name);
    if (template !== undefined) return { status: 200, body: describeTemplate(template) };
    const problem = broken.find((one) => one.name === name)?.problem;
    if (problem !== undefined) throw new AppError('template_broken', problem);
    const names = templates.flatMap((one) => one.name ?? []).join(', ');
    throw new AppError(
      'not_found',
      `there is no template called "${name.slice(0, 100)}"; available: ${names || 'none'}`,
    );
  };
}
