import { randomInt, randomUUID } from 'node:crypto';

export interface Node {
  class_type: string;
  inputs: Record<string, unknown>;
}
export type Graph = Record<string, Node>;

const anyColour = (): number => randomInt(1, 0xffffff);

/** Files of a test get a prefix of their own, so that nothing comes out of the cache unless it is meant to. */
export const ownPrefix = (): string => `conformance/${randomUUID()}`;

/** Four nodes that take some milliseconds: 1 EmptyImage, 2 ImageInvert, 3 ImageScale, 4 SaveImage. */
export const quick = (prefix = ownPrefix(), colour = anyColour()): Graph => ({
  '1': { class_type: 'EmptyImage', inputs: { width: 64, height: 64, batch_size: 1, color: colour } },
  '2': { class_type: 'ImageInvert', inputs: { image: ['1', 0] } },
  '3': {
    class_type: 'ImageScale',
    inputs: { image: ['2', 0], upscale_method: 'bilinear', width: 32, height: 32, crop: 'disabled' },
  },
  '4': { class_type: 'SaveImage', inputs: { images: ['3', 0], filename_prefix: prefix } },
});

/** Four blurs that take a second or more each on a CPU, so that the run can be looked at and cancelled. */
export function slow(prefix = ownPrefix(), colour = anyColour()): Graph {
  const blur = (from: string): Node => ({
    class_type: 'ImageBlur',
    inputs: { image: [from, 0], blur_radius: 31, sigma: 3 },
  });
  return {
    '1': { class_type: 'EmptyImage', inputs: { width: 768, height: 768, batch_size: 1, color: colour } },
    '2': blur('1'),
    '3': blur('2'),
    '4': blur('3'),
    '5': blur('4'),
    '6': { class_type: 'SaveImage', inputs: { images: ['5', 0], filename_prefix: prefix } },
  };
}

/** A graph with some inputs of a node replaced; `undefined` takes one away. */
export function changed(graph: Graph, node: string, inputs: Record<string, unknown>): Graph {
  const old = graph[node] ?? { class_type: '', inputs: {} };
  const kept = Object.entries({ ...old.inputs, ...inputs }).filter(([, value]) => value !== undefined);
  return { ...graph, [node]: { ...old, inputs: Object.fromEntries(kept) } };
}
