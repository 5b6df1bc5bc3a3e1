import { z } from 'zod';

/** A template as `GET /templates` shows it. */
export const templateSchema = z
  .strictObject({
    name: z.string().nullable(),
    description: z.string(),
    params: z.record(z.string(), z.unknown()).describe('JSON Schema (2020-12) of `payload.params`.'),
    files: z
      .array(z.strictObject({ param: z.string(), kind: z.string() }))
      .describe('Parameters that are files, and of which kind.'),
    outputs: z
      .array(z.strictObject({ node: z.string(), kind: z.string() }))
      .nullable()
      .describe('What it makes, by node; null if the template does not say.'),
    models: z
      .array(z.strictObject({ folder: z.string(), file: z.string(), node: z.string(), input: z.string() }))
      .describe('The model files that it loads with its defaults.'),
  })
  .meta({ id: 'Template', description: 'A ComfyUI graph with parameters.' });
export type TemplateDescription = z.infer<typeof templateSchema>;

/** The body of `GET /templates`. */
export const templatesSchema = z
  .strictObject({
    templates: z.array(templateSchema),
    broken: z
      .array(z.strictObject({ name: z.string(), problem: z.string() }))
      .describe('Templates that cannot be used, each with the reason.'),
  })
  .meta({ id: 'Templates' });
