import type { Graph, GraphNode } from '../../../contracts/comfyui.ts';

/** `gpu-middleware/<task>/<8 of the prompt id>`: where an attempt's uploads and outputs lie on ComfyUI's disk. */
export const attemptFolder = (taskId: string, promptId: string): string =>
  `gpu-middleware/${taskId.replace(/[^\w-]/g, '_').slice(0, 64)}/${promptId.slice(0, 8)}`;

/** The prefix as the template has it, without what could lead out of our folder. */
function prefixInside(folder: string, prefix: string): string {
  const parts = prefix.split(/[\\/]+/).filter((part) => part !== '' && !/^\.+$/.test(part) && !/^[a-z]:$/i.test(part));
  return [folder, ...(parts.length === 0 ? ['output'] : parts)].join('/');
}

/**
 * The graph as one attempt posts it: results of its own folder and the names of its uploads. An own prefix keeps a cached run from
 * naming files of an earlier one, perhaps deleted, while everything before the saving nodes stays cached (facts §6 row 5).
 */
export function attemptGraph(
  graph: Graph,
  attempt: { folder: string; uploaded: readonly { node: string; input: string; name: string }[] },
): Graph {
  const made = Object.entries(graph).map(([id, node]): [string, GraphNode] => {
    const prefix = node.inputs['filename_prefix'];
    const names = attempt.uploaded.filter((upload) => upload.node === id).map(({ input, name }) => [input, name]);
    const inputs = {
      ...node.inputs,
      ...(typeof prefix === 'string' && { filename_prefix: prefixInside(attempt.folder, prefix) }),
      ...(Object.fromEntries(names) as Record<string, unknown>),
    };
    return [id, { ...node, inputs }];
  });
  return Object.fromEntries(made);
}

/** Whether everything but the saving itself came from ComfyUI's cache. */
export const isCached = (graph: Graph, cachedNodes: readonly string[]): boolean =>
  cachedNodes.length > 0 &&
  Object.entries(graph).every(
    ([id, { inputs }]) => cachedNodes.includes(id) || typeof inputs['filename_prefix'] === 'string',
  );
