import type { GpuEngine } from '../../activities/gpu-activities.ts';
import type { AssetFolder } from '../assets/paths.ts';
import type { Config } from '../config.ts';
import type { ServerEngine, TaskType } from '../contracts/names.ts';
import type { ErrorCode } from '../errors.ts';
import type { Tenant } from '../gpu/make-room.ts';
import type { Logger } from '../logging.ts';
import type { Prepare } from '../prepare/prepare.ts';
import type { FindFilePlaces } from '../sources/file-places.ts';
import type { TemplateStore } from '../templates/template-store.ts';
import type { VoiceLibrary } from '../voices/voice-library.ts';

/** The dependencies of engines. */
export interface EngineDeps {
  config: Config;
  logger: Logger;
}

/** The dependencies of the payload checks. */
export interface PrepareDeps {
  assets: AssetFolder;
  templates: TemplateStore;
  voices: VoiceLibrary;
  /** A whole number from 0 to 2^53 − 1. */
  randomSeed: (taskId: string) => number;
}

/** The state of an engine. */
export type EngineHealth =
  /** `detail`: text for the doctor, such as its version and its card. */
  { up: true; detail: string } | { up: false; code: ErrorCode; message: string };

/** Everything that the project does with the engine of one task type. */
export interface TaskEngine<T extends TaskType> extends GpuEngine<T> {
  /** Validates a payload and converts it into a task's input. */
  prepare(deps: PrepareDeps): Prepare<T>;
  /** Finds the files that a payload names, so that it may also name addresses; absent if it names none. */
  filePlaces?(deps: PrepareDeps): FindFilePlaces;
  /**
   * Does slow preparations and removes leftovers of dead workers. Called before the worker takes tasks, and again when
   * it has got the card.
   */
  open?(signal: AbortSignal): Promise<void>;
  close?(): Promise<void>;
}

/** An engine that is a server of its own. */
export interface ServerTaskEngine<T extends ServerEngine> extends TaskEngine<T> {
  /** One cheap probe. Never rejects. */
  check(): Promise<EngineHealth>;
  /** How it shares the card's memory; `STAYS_ON_CARD` if it cannot free it. */
  tenant: Tenant;
}
