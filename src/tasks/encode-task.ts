import type { PipelineInput } from '../contracts/pipeline.ts';
import type { EncodedFields, TaskInput } from '../contracts/task.ts';

/**
 * A task or a pipeline as JSON in UTF-8. Fields in `encoded` are already JSON and replace the fields of the same name.
 */
export function encodeTask({
  encoded = {},
  ...task
}: (TaskInput | PipelineInput) & { encoded?: EncodedFields }): Uint8Array {
  const plain = Object.entries(task).filter(([name, value]) => value !== undefined && !Object.hasOwn(encoded, name));
  const parts = plain.map(([name, value]) => [name, Buffer.from(JSON.stringify(value))] as const);
  const fields = [...parts, ...Object.entries(encoded)].flatMap(([name, json], place) => [
    Buffer.from(`${place === 0 ? '{' : ','}${JSON.stringify(name)}:`),
    json,
  ]);
  return Buffer.concat([...fields, Buffer.from('}')]);
}
