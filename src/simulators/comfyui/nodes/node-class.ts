import type { Graph } from '../graph.ts';
import type { FolderType } from '../folders.ts';

/** The output of a node: all that is known of it in one record, since nothing here computes with tensors. */
export interface Made {
  /** The prompt, or the text itself. */
  text?: string;
  seed?: number;
  width?: number;
  height?: number;
  /** Pictures in the batch, or frames. */
  count?: number;
  /** `0xrrggbb` of a picture of one colour. */
  colour?: number;
  /** An input picture: bytes of its file. */
  file?: Buffer;
  fps?: number;
  seconds?: number;
  sampleRate?: number;
  channels?: number;
  steps?: number;
}

/** A file in `outputs`. */
export interface FileItem {
  filename: string;
  subfolder: string;
  type: FolderType;
}

/** The tools of a running node. */
export interface NodeTools {
  graph: Graph;
  /** A name for the next files of a prefix. @throws as the real server does when it leaves the folder. */
  name(
    prefix: string,
    ending: string,
    options?: { type?: FolderType; size?: Made; count?: number },
  ): Promise<FileItem[]>;
  write(item: FileItem, bytes: Uint8Array): Promise<void>;
  readInput(name: string): Promise<Buffer>;
  /** Counts a step of `max`: waits for it, reports it, looks at the interrupt flag. */
  step(value: number, max: number, made: Made): Promise<void>;
  /** Takes memory for a model file. */
  load(file: string): void;
  /** Sends a picture over the socket, as SaveImageWebsocket does. */
  sendPicture(png: Buffer, value: number, max: number): void;
  signal: AbortSignal;
}

/** `literal` inputs as they were submitted, coerced; `made` by the nodes linked to the others. */
export interface NodeInputs {
  literal: Record<string, unknown>;
  made: Record<string, Made>;
}

export interface NodeResult {
  outputs: Made[];
  /** The output for `executed` and history. */
  ui?: Record<string, unknown>;
}

/**
 * `[type, config]`, or `[options, config]`: the form of `/object_info`. `{ folder }` is the list of a models folder.
 */
export type InputSpec = [type: string | readonly string[] | { folder: string }, config?: Record<string, unknown>];

/** What a class does when it runs. */
export type NodeRun = (inputs: NodeInputs, tools: NodeTools) => Promise<NodeResult> | NodeResult;

/** A class as `node-classes.json` describes it. */
export interface NodeClass {
  name: string;
  category: string;
  required: Record<string, InputSpec>;
  optional?: Record<string, InputSpec>;
  /** Types of its outputs. */
  outputs: readonly string[];
  outputNode?: boolean;
  /** Reports steps: where an out of memory failure strikes. */
  samples?: boolean;
}

/** All that came in as one record. */
export const merged = ({ made }: NodeInputs): Made => Object.assign({}, ...Object.values(made)) as Made;
