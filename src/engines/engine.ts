import type { GpuEngine } from '../../activities/gpu-activities.ts';
import type { AssetFolder } from '../assets/paths.ts';
import type { Config } from '../config.ts';
import type { ServerEngine, TaskType } from '../contracts/names.ts';
import type { ErrorCode } from '../errors.ts';
import type { Tenant } from '../gpu/make-room.ts';
import type { Logger } from '../logging.ts';
import type { Prepare } from '../prepare/prepare.ts';
import type { TemplateStore } from '../templates/template-store.ts';
import type { VoiceLibrary } from '../voices/voice-library.ts';

/** What engines are made of. */
export interface EngineDeps {
  config: Config;
  logger: Logger;
}

/** What the checks of payloads are made of. */
export interface PrepareDeps {
  assets: AssetFolder;
  templates: TemplateStore;
  voices: VoiceLibrary;
  /** A whole number from 0 to 2^53 − 1. */
  randomSeed: (taskId: string) => number;
}

/** How an engine is. */
export type EngineHealth =
  /** `detail`: what the doctor says of it, such as its version and its card. */
  { up: true; detail: string } | { up: false; code: ErrorCode; message: string };

/** Everything that the project does with the engine of one task type. */
export interface TaskEngine<T extends TaskType> extends GpuEngine<T> {
  /** How a payload is validated and made into a task's input. */
  prepare(deps: PrepareDeps): Prepare<T>;
  /** Before the worker takes tasks, and again when it has got the card: what takes long, and clearing away what dead workers left. */
  open?(signal: AbortSignal): Promise<void>;
  close?(): Promise<void>;
}

/** An engine that is a server of its own. */
export interface ServerTaskEngine<T extends ServerEngine> extends TaskEngine<T> {
  /** One cheap probe. Never rejects. */
  check(): Promise<EngineHealth>;
  /** How it shares the card's memory; `STAYS_ON_CARD` where it cannot give it back. */
  tenant: Tenant;
}
