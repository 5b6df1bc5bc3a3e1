import { z } from 'zod';

/** The parts of ComfyUI's answers that the driver reads; everything else may be there or not. */

const device = z.looseObject({
  name: z.string().default('unknown'),
  type: z.string().default('unknown'),
  vram_total: z.number().default(0),
  vram_free: z.number().default(0),
  torch_vram_total: z.number().default(0),
  torch_vram_free: z.number().default(0),
});
export const systemStatsSchema = z.looseObject({
  system: z.looseObject({ comfyui_version: z.string().default('unknown') }),
  devices: z.array(device).default([]),
});
export type Device = z.infer<typeof device>;

/** A float on servers that were given the flag. */
export const featuresSchema = z.looseObject({ max_upload_size: z.number().optional() });

export const queueLengthSchema = z.looseObject({ exec_info: z.looseObject({ queue_remaining: z.number() }) });

/** `[number, prompt_id, graph, extra_data, output node ids]` */
const queueItem = z.tuple([z.unknown(), z.string(), z.unknown(), z.unknown()], z.unknown());
export const queueSchema = z.looseObject({
  queue_running: z.array(queueItem),
  queue_pending: z.array(queueItem),
});

export const executionErrorSchema = z.looseObject({
  node_id: z.coerce.string().default(''),
  node_type: z.coerce.string().default(''),
  exception_type: z.string().default(''),
  exception_message: z.string().default(''),
});
export type ExecutionError = z.infer<typeof executionErrorSchema>;

const messages = z.array(z.tuple([z.string(), z.unknown()], z.unknown())).default([]);
/** Null in odd cases. */
const status = z
  .looseObject({ status_str: z.string().default(''), messages })
  .nullish()
  .transform((value) => value ?? { status_str: '', messages: [] });
const outputs = z.record(z.string(), z.unknown()).nullish();

export const jobSchema = z.looseObject({ status: z.string(), outputs, execution_status: status });
export const historySchema = z.record(z.string(), z.looseObject({ outputs, status }));

export const acceptedSchema = z.looseObject({
  prompt_id: z.string(),
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
