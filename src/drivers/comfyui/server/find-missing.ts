import { setMaxListeners } from 'node:events';
import type { ComfyuiInput } from '../../../contracts/comfyui.ts';
import type { FieldError } from '../../../errors.ts';
import type { DriverContext } from '../context.ts';

const withSlashes = (file: string): string => file.replaceAll('\\', '/');

/**
 * The model files and node classes that a graph needs and ComfyUI lacks, each with folder and node. Fast. Empty if
 * ComfyUI does not answer: then the attempt itself reports them.
 */
export async function findMissing({ api, timings }: DriverContext, input: ComfyuiInput): Promise<FieldError[]> {
  const path = input.template === null ? 'payload.workflow' : 'payload.template';
  const signal = AbortSignal.timeout(timings.probe);
  // Each of the concurrent requests adds a listener. Node would warn of a leak at more than ten.
  setMaxListeners(0, signal);
  try {
    await api.queueLength(signal, timings.probe);
    const folders = [...new Set(input.models.map(({ folder }) => folder))];
    const lists = new Map(
      await Promise.all(
        folders.map(async (folder) => [folder, await api.models(folder, signal, timings.probe)] as const),
      ),
    );
    const models = input.models
      .filter(({ folder, file }) => !(lists.get(folder) ?? []).includes(file))
      .map(({ folder, file, node }) => {
        const where = `node ${node} (${input.graph[node]?.class_type})`;
        const listed = (lists.get(folder) ?? []).find((one) => withSlashes(one) === withSlashes(file));
        const message =
          listed === undefined
            ? `ComfyUI has no file "${file}" in models/${folder}, which ${where} loads`
            : `ComfyUI lists the file "${file}" of ${where} as "${listed}"; use that name`;
        return { path, message };
      });
    const classes = new Map(Object.entries(input.graph).map(([id, { class_type: type }]) => [type, id]));
    const nodes = await Promise.all(
      [...classes].map(async ([type, id]) => ({ type, id, known: await api.knowsNode(type, signal, timings.probe) })),
    );
    return [
      ...models,
      ...nodes
        .filter(({ known }) => !known)
        .map(({ type, id }) => ({ path, message: `ComfyUI does not know the node class "${type}" of node ${id}` })),
    ];
  } catch {
    return [];
  }
}
