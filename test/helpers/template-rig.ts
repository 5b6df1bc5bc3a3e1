import { fileURLToPath } from 'node:url';
import { parseTemplate } from '../../src/templates/parse-template.ts';
import { createTemplateStore } from '../../src/templates/template-store.ts';
import type { Template } from '../../src/templates/template.ts';

/** The folder of the project's own templates. */
export const TEMPLATES_FOLDER = fileURLToPath(new URL('../../comfy-templates', import.meta.url));

/** A template of the project. */
export async function projectTemplate(name: string): Promise<Template> {
  const { templates } = await createTemplateStore({ folder: TEMPLATES_FOLDER }).list();
  const found = templates.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no template ${name}`);
  return found;
}

/** A template of one node `Thing` with these inputs. */
export const oneNode = (inputs: object, params?: object): Template =>
  parseTemplate(
    'one',
    JSON.stringify({ '1': { class_type: 'Thing', inputs } }),
    params === undefined ? undefined : JSON.stringify({ params }),
  );
