import { z } from 'zod';

/** The parts of ComfyUI's answers that the driver reads. Other fields may exist. */

const device = z.looseObject({
  name: z.string().catch('unknown'),
  type: z.string().catch('unknown'),
  vram_total: z.number().catch(0),
  vram_free: z.number().catch(0),
  torch_vram_total: z.number().catch(0),
  torch_vram_free: z.number().catch(0),
});
export const systemStatsSchema = z.looseObject({
  system: z.looseObject({ comfyui_version: z.string().catch('unknown') }),
  devices: z.array(device).default([]),
});
export type Device = z.infer<typeof device>;

/** A float if the operator set the limit with a flag. */
export const featuresSchema = z.looseObject({ max_upload_size: z.number().optional() });

export const queueLengthSchema = z.looseObject({ exec_info: z.looseObject({ queue_remaining: z.number() }) });

/** Some servers write an empty list as null. */
const list = z
  .array(z.unknown())
  .nullable()
  .transform((value) => value ?? []);
/** Items are `[number, prompt_id, graph, extra_data, output node ids]`. */
export const queueSchema = z.looseObject({
  queue_running: list,
  queue_pending: list,
});

export const executionErrorSchema = z.looseObject({
  node_id: z.union([z.string(), z.number().transform(String)]).catch(''),
  node_type: z.string().catch(''),
  exception_type: z.string().catch(''),
  exception_message: z.string().catch(''),
});
export type ExecutionError = z.infer<typeof executionErrorSchema>;

const pair = z.tuple([z.string(), z.unknown()], z.unknown());
const named = z
  .looseObject({ type: z.string(), data: z.unknown() })
  .transform(({ type, data }): [string, unknown] => [type, data]);
/** Messages in another form are dropped. */
const messages = z
  .array(z.union([pair, named]).nullable().catch(null))
  .catch([])
  .transform((all) => all.filter((one) => one !== null));
const bareStatus = z.string().transform((status_str) => ({ status_str, completed: undefined, messages: [] }));
/** Some servers have null or only the status word here. */
const status = z
  .union([
    z.looseObject({ status_str: z.string().catch(''), completed: z.boolean().optional().catch(undefined), messages }),
    bareStatus,
  ])
  .nullish()
  .catch(null)
  .transform((value) => value ?? { status_str: '', completed: undefined, messages: [] });
const outputs = z.record(z.string(), z.unknown()).nullish().catch(null);

export const jobSchema = z.looseObject({
  status: z.string(),
  outputs,
  execution_status: status,
  /** The data of the `execution_error` event, if there is one. */
  execution_error: z.unknown().optional(),
});
export const historyEntrySchema = z.looseObject({ outputs, status });
export const historySchema = z.record(z.string(), z.unknown());

export const acceptedSchema = z.looseObject({
  prompt_id: z.string().min(1).max(200),
  node_errors: z.record(z.string(), z.unknown()).nullish(),
});

const nodeError = z.looseObject({
  class_type: z.string().nullish(),
  errors: z
    .array(
      z.looseObject({
        type: z.string().default(''),
        message: z.string().default(''),
        details: z.string().default(''),
        extra_info: z
          .looseObject({ input_name: z.string().nullish(), received_value: z.unknown().optional() })
          .nullish(),
      }),
    )
    .default([]),
});
export const refusalSchema = z.looseObject({
  error: z
    .looseObject({
      type: z.string().default(''),
      message: z.string().default(''),
      details: z.string().default(''),
      extra_info: z.looseObject({ class_type: z.string().nullish() }).nullish(),
    })
    .optional(),
  // An empty list on older servers.
  node_errors: z.record(z.string(), nodeError).catch({}).optional(),
});
export type Refusal = z.infer<typeof refusalSchema>;

export const uploadedSchema = z.looseObject({ name: z.string().min(1), subfolder: z.string().default('') });
