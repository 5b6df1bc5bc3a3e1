import { mkdir } from 'node:fs/promises';
import { programEnvironment } from '../../../host/child-environment.ts';
import { compiledScript } from '../../../host/project.ts';
import { removeForGood } from '../pool/remove-for-good.ts';
import { runProgram } from '../../../host/run-program.ts';
import { killMarked, PROCESS_MARK } from '../../../host/marked-processes.ts';

const LIMIT_MS = 30_000;

/** Why a browser draws without its sandbox; null if it has one. */
export type SandboxLack = 'it runs as root' | 'it does not start in a sandbox here' | null;

/**
 * Tests whether the browser starts with its sandbox, which takes half a second. This depends on the user, the kernel
 * (user namespaces) and the container, so no setting can know it.
 * @param folder only for this test; removed when this resolves.
 */
export async function findSandbox(browserExecutable: string, folder: string): Promise<SandboxLack> {
  if (process.getuid?.() === 0) return 'it runs as root';
  await mkdir(folder, { recursive: true });
  try {
    const { endedBy } = await runProgram(
      process.execPath,
      [compiledScript('src/drivers/remotion/browser/sandbox-child.ts'), browserExecutable],
      {
        env: { ...programEnvironment(), TMPDIR: folder, [PROCESS_MARK]: folder },
        timeoutMs: LIMIT_MS,
      },
    );
    return endedBy === null ? null : 'it does not start in a sandbox here';
  } finally {
    killMarked(folder);
    await removeForGood(folder);
  }
}
