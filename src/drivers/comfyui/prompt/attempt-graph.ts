import type { Graph, GraphNode } from '../../../contracts/comfyui.ts';

/** `gpu-middleware/<task>/<8 of the prompt id>`: the folder of an attempt's uploads and outputs on ComfyUI's disk. */
export const attemptFolder = (taskId: string, promptId: string): string =>
  `gpu-middleware/${taskId.replace(/[^\w-]/g, '_').slice(0, 64)}/${promptId.slice(0, 8)}`;

/** The template's prefix below our folder, without parts that would lead out of it. */
function prefixInside(folder: string, prefix: string): string {
  const parts = prefix.split(/[\\/]+/).filter((part) => part !== '' && !/^\.+$/.test(part) && !/^[a-z]:$/i.test(part));
  return [folder, ...(parts.length === 0 ? ['output'] : parts)].join('/');
}

/**
 * The graph that one attempt posts, with its own folder for outputs and the names of its uploads. ComfyUI caches nodes
 * by their inputs. The new prefix makes the saving nodes run again, because a cached one would name files of an earlier
 * run, which may be deleted. All other nodes stay cached.
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

/** Whether all nodes except the saving ones came from ComfyUI's cache. */
export const isCached = (graph: Graph, cachedNodes: readonly string[]): boolean =>
  cachedNodes.length > 0 &&
  Object.entries(graph).every(
    ([id, { inputs }]) => cachedNodes.includes(id) || typeof inputs['filename_prefix'] === 'string',
  );
