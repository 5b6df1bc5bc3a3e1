/**
 * Makes this process a stand-in: it says where it listens, a crash is SIGKILL, and it stops on a signal or when its
 * parent is gone.
 */
export function serveProcess(
  name: string,
  simulator: { readonly url: string; readonly port: number; crash(): Promise<void> },
): void {
  simulator.crash = () => {
    process.kill(process.pid, 'SIGKILL');
    return new Promise(() => undefined);
  };
  for (const event of ['disconnect', 'SIGTERM', 'SIGINT']) process.once(event, () => process.exit(0));
  if (process.send === undefined) process.stdout.write(`${name} stand-in at ${simulator.url}\n`);
  else process.send({ type: 'ready', url: simulator.url, port: simulator.port });
}
