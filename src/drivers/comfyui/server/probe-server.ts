import type { DriverContext, ServerContext } from '../context.ts';
import { abilitiesOf } from './versions.ts';

/** Asks ComfyUI for its version. @throws the errors of the API. */
export async function probeServer(context: DriverContext, signal: AbortSignal | undefined): Promise<ServerContext> {
  const { version } = await context.api.systemStats(signal);
  return { ...context, abilities: abilitiesOf(version) };
}
