import type { DriverContext, ServerContext } from '../context.ts';
import { abilitiesOf } from './versions.ts';

/** Asks for the version of ComfyUI. Throws what the API throws. */
export async function probeServer(context: DriverContext, signal: AbortSignal | undefined): Promise<ServerContext> {
  const { version } = await context.api.systemStats(signal);
  return { ...context, abilities: abilitiesOf(version) };
}
