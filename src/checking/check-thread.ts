import type { Checked, CheckedPipeline, CheckedTask, Checks } from '../api/checks/checks.ts';
import { createChecks } from '../api/checks/create-checks.ts';
import { loadConfig } from '../config.ts';
import { abridge } from '../api/problem.ts';
import { AppError } from '../errors.ts';
import { createLineLogger } from '../logging.ts';
import { createFilePlaces, createPrepares } from '../engines/create-prepares.ts';
import { createEngines } from '../engines/engines.ts';
import { randomSeed } from '../prepare/random-seed.ts';
import { createTemplateStore } from '../templates/template-store.ts';
import { createVoiceLibrary } from '../voices/voice-library.ts';
import { packPipeline, packTask } from './pack-checked.ts';
import { createGarbageCollector } from './collect-garbage.ts';
import { startClock } from './thread-clock.ts';
import type { CheckFound, CheckRequest, CheckReply } from './check-messages.ts';

/** The checks of a thread of `createCheckPool`, made from the same configuration. Only the main thread logs. */
function create(): Checks {
  const config = loadConfig(process.env);
  const { assets } = config;
  const engines = createEngines({ config, logger: createLineLogger('GPUServer', () => undefined) });
  const templates = createTemplateStore({ folder: config.templatesFolder, onBroken: () => undefined });
  const voices = createVoiceLibrary(assets);
  const deps = { assets, templates, voices, randomSeed };
  return createChecks({
    prepare: createPrepares(engines, deps),
    filePlaces: createFilePlaces(engines, deps),
    mostPipelineTasks: config.maxPipelineTasks,
    mostRunSeconds: config.maxRunSeconds,
    allowPrivateWebhooks: config.webhooks.allowPrivate,
  });
}

/** The result of a check in the form of a reply. */
function toFound(outcome: Checked<CheckedTask> | Checked<CheckedPipeline>): CheckFound {
  const { identity } = outcome;
  if ('refused' in outcome) return { identity, refused: abridge(outcome.refused) };
  const { checked } = outcome;
  return { identity, checked: 'steps' in checked ? packPipeline(checked) : packTask(checked) };
}

const checks = create();
const collectGarbage = createGarbageCollector();

// oxlint-disable-next-line import/no-default-export -- piscina calls the default export
export default async function check(request: CheckRequest): Promise<CheckReply> {
  const { kind, body, submission, placed, clock } = request;
  startClock(clock);
  try {
    const found = await checks[kind](body, submission, placed);
    if ('sources' in found)
      return { ...found, refused: (found.refused ?? []).map((one) => ({ ...toFound(one), index: one.index })) };
    return 'items' in found ? { ...found, items: found.items.map(toFound) } : toFound(found);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { identity: null, refused: abridge(error) };
  } finally {
    collectGarbage();
  }
}
