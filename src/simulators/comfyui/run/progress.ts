import { pictureFrame, pictureWithMetadataFrame } from '../sockets/frames.ts';
import type { Sockets } from '../sockets/sockets.ts';

/** Steps are reported about this often, except the first, the last, and those with a preview; since 0.9.2. */
const THROTTLE_MS = 100;

interface NodeProgress {
  value: number;
  max: number;
  state: 'running' | 'finished';
}

/** Reports of one run. Unlike the other events these go to everyone when the prompt named no client. */
export function createProgress(deps: { sockets: Sockets; promptId: string; client: string | undefined }) {
  const { sockets, promptId, client } = deps;
  const nodes = new Map<string, NodeProgress>();
  let lastReport = 0;
  const identity = (id: string): Record<string, unknown> => ({
    node_id: id,
    prompt_id: promptId,
    display_node_id: id,
    parent_node_id: null,
    real_node_id: id,
  });
  const report = (): void =>
    sockets.send(
      'progress_state',
      {
        prompt_id: promptId,
        nodes: Object.fromEntries([...nodes].map(([id, progress]) => [id, { ...progress, ...identity(id) }])),
      },
      client,
    );
  const set = (node: string, progress: NodeProgress): void => {
    nodes.set(node, progress);
    report();
  };
  const sendProgress = (node: string, value: number, max: number): void =>
    sockets.send('progress', { value, max, prompt_id: promptId, node }, client);
  return {
    start: (node: string) => set(node, { value: 0, max: 1, state: 'running' }),
    step: (node: string, value: number, max: number, preview?: Buffer) => {
      const now = Date.now();
      if (preview === undefined && value > 1 && value < max && now - lastReport < THROTTLE_MS) return;
      lastReport = now;
      const withMetadata = preview !== undefined && client !== undefined && sockets.wantsMetadata(client);
      set(node, { value, max, state: 'running' });
      // With metadata the picture comes before its `progress`, without it after.
      if (withMetadata) sockets.sendBytes(pictureWithMetadataFrame('jpeg', identity(node), preview), client);
      sendProgress(node, value, max);
      if (preview !== undefined && !withMetadata) sockets.sendBytes(pictureFrame('jpeg', preview), client);
    },
    finish: (node: string) => {
      const { value, max } = nodes.get(node) ?? { value: 1, max: 1 };
      set(node, { value: max === 1 ? 1 : Math.max(value, max), max, state: 'finished' });
    },
    picture: (node: string, value: number, max: number, png: Buffer) => {
      set(node, { value, max, state: 'running' });
      sendProgress(node, value, max);
      sockets.sendBytes(pictureFrame('png', png), client);
    },
  };
}
export type Progress = ReturnType<typeof createProgress>;
