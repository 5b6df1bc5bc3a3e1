import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { programEnvironment } from '../../../host/child-environment.ts';
import { childScript } from '../project-root.ts';
import { removeForGood } from '../pool/remove-for-good.ts';
import { killRender, RENDER_MARK } from '../pool/strays.ts';

const LIMIT_MS = 30_000;

/** Why a browser draws without its sandbox; null where it has one. */
export type SandboxLack = 'it runs as root' | 'it does not start with one here' | null;

/**
 * Finds out by a try whether the browser starts with its sandbox, which takes half a second: that depends on the user, the kernel
 * (user namespaces) and the container, and no setting tells.
 * @param folder for the try alone; gone when this resolves.
 */
export async function findSandbox(browserExecutable: string, folder: string): Promise<SandboxLack> {
  if (process.getuid?.() === 0) return 'it runs as root';
  await mkdir(folder, { recursive: true });
  const child = spawn(process.execPath, [childScript('browser/sandbox-child'), browserExecutable], {
    env: { ...programEnvironment(), TMPDIR: folder, [RENDER_MARK]: folder },
    stdio: 'ignore',
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    return code === 0 ? null : 'it does not start with one here';
  } finally {
    killRender(folder);
    await removeForGood(folder);
  }
}
