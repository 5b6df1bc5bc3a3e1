import { z } from 'zod';
import { choice, optional } from './fields.ts';

/** One part of the machine as `/health` shows it. Some parts have more fields. */
export const partHealthSchema = z
  .looseObject({
    ok: z.boolean(),
    detail: z.string().describe('A description of the part, or the problem and the remedy.'),
  })
  .meta({ id: 'PartHealth', description: 'One part of the machine. Some parts have more fields.' });
export type PartHealth = z.infer<typeof partHealthSchema>;

/** The holder of a card, as `/health` shows it. */
export const cardHealthSchema = z
  .strictObject({
    gpu_id: z.string(),
    holder: z.strictObject({ host: z.string(), pid: z.int(), since: z.string() }),
    number: z.int().describe('Grows with every holder.'),
    lease: z.enum(['held', 'expired']).describe('`expired`: the holder has neither left nor renewed the lease.'),
  })
  .meta({ id: 'CardHealth', description: 'The process that holds a graphics card.' });
export type CardHealth = z.infer<typeof cardHealthSchema>;

/** The parts without which no task runs. */
export const REQUIRED_PARTS = ['temporal', 'redis', 'gpu_worker', 'control_worker', 'assets'] as const;
export type RequiredPart = (typeof REQUIRED_PARTS)[number];

const health = z.enum(['ok', 'degraded']).describe('`degraded`: a part without which no task runs is away.');

/** The body of `GET /health`. Where keys are set, a request without a key gets `status` alone. */
export const healthSchema = z.union([
  z
    .strictObject({
      status: health,
      temporal: partHealthSchema,
      redis: partHealthSchema,
      gpu_worker: partHealthSchema,
      control_worker: partHealthSchema,
      assets: partHealthSchema,
      engines: z.record(z.string(), partHealthSchema).describe('By task type; tasks of an engine that is away wait.'),
      cards: z.array(cardHealthSchema),
    })
    .meta({ id: 'Health' }),
  z
    .strictObject({ status: health })
    .meta({ id: 'HealthSummary', description: 'For a request without a key, where keys are set.' }),
]);

/** Query of `GET /readyz`. */
export const readinessQuerySchema = z.object({
  part: optional(choice(REQUIRED_PARTS)),
});
/** The same for the API reference. */
export const readinessRequest = z.object({
  part: z
    .enum(REQUIRED_PARTS)
    .optional()
    .meta({ description: 'Asks whether this part works.', examples: ['gpu_worker'] }),
});

/** The body of `GET /livez` and `GET /readyz`. */
export const aliveSchema = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Alive' });
