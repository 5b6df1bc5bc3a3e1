import type { Logger } from '../../logging.ts';
import type { RedisAddress } from '../../redis/address.ts';
import type { ChildSpec } from './child.ts';
import type { Simulated } from './simulated-engines.ts';
import type { Supervised } from './supervise.ts';

export interface StackOptions {
  /** Holds the databases of Temporal and Redis, and says who runs here. */
  dataDir: string;
  cacheDir: string;
  assetRoot: string;
  logDir: string;
  namespace: string;
  /** Where the API listens. */
  http: { host: string; port: number };
  /** A server of our own on these ports, or one that runs elsewhere. */
  temporal: { port: number; uiPort: number } | { address: string; uiUrl: string | undefined };
  /** One that answers there is used; otherwise one of our own is started there, if `host` is this machine. */
  redis: RedisAddress;
  /** Undefined: looked for, or brought. */
  chromiumExecutable: string | undefined;
  /** Programs that the caller has found already. */
  binaries?: { temporal?: string; redis?: string };
  /** Engines to play because there is no real one. */
  simulate?: Simulated;
  /** What API and worker get besides our own environment and the settings above. */
  env: NodeJS.ProcessEnv;
  /** Where API and worker print; their log files they write in any case. */
  output: 'terminal' | 'files';
  logger: Logger;
  /** Ends a start that is under way. */
  signal?: AbortSignal | undefined;
}

/** Supervises a child and resolves when it is ready. */
export type Keep = (spec: ChildSpec) => Promise<Supervised>;
