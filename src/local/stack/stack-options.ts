import type { Logger } from '../../logging.ts';
import type { RedisAddress } from '../../redis/address.ts';
import type { ChildSpec } from './child.ts';
import type { Simulated } from './simulated-engines.ts';
import type { Supervised } from './supervise.ts';

export interface StackOptions {
  /** The folder of the databases of Temporal and Redis, and of the record of the running stack. */
  dataDir: string;
  cacheDir: string;
  assetRoot: string;
  logDir: string;
  namespace: string;
  /** Where the API listens. */
  http: { host: string; port: number };
  /** The ports of a server to start, or the address of one that runs elsewhere. */
  temporal: { port: number; uiPort: number } | { address: string; uiUrl: string | undefined };
  /** If a Redis answers there it is used; otherwise one is started there, if `host` is this machine. */
  redis: RedisAddress;
  /** Undefined: found or downloaded. */
  chromiumExecutable: string | undefined;
  /** Programs that the caller has already found. */
  binaries?: { temporal?: string; redis?: string };
  /** The engines to simulate. */
  simulate?: Simulated;
  /** The environment of API and worker, in addition to this process's own and the settings above. */
  env: NodeJS.ProcessEnv;
  /** The target of the output of API and worker, which also write their log files. */
  output: 'terminal' | 'files';
  logger: Logger;
  /** Aborts a running start. */
  signal?: AbortSignal | undefined;
}

/** Supervises a child and resolves when it is ready. */
export type Keep = (spec: ChildSpec) => Promise<Supervised>;
