/** The differences between the ComfyUI versions that the stand-in can play. */
export interface Behaviour {
  /** As `/system_stats` says it. */
  version: string;
  /** `/api/jobs` and `/api/jobs/{id}`; since 0.6.0. */
  jobs: boolean;
  /** `/api/jobs/{id}/cancel` and `/api/jobs/cancel`; since 0.26.0. */
  cancelRoutes: boolean;
  /** A `prompt_id` must be a canonical UUID; before, any value was made a string. */
  strictPromptIds: boolean;
  /** `extra_data.create_time`; since 0.3.69. */
  createTime: boolean;
  /** `extra_data.preview_method`; since about 0.7. */
  previewMethod: boolean;
  /** The error type of an unknown class: `invalid_prompt` before, `missing_node_type` now. */
  missingNodeType: boolean;
  /** SaveVideo's `format` and `codec` are no longer checked when a graph is submitted; since 0.30.0. */
  dynamicVideoFormat: boolean;
}

const CURRENT: Behaviour = {
  version: '0.33.0',
  jobs: true,
  cancelRoutes: true,
  strictPromptIds: true,
  createTime: true,
  previewMethod: true,
  missingNodeType: true,
  dynamicVideoFormat: true,
};

const OLD: Behaviour = {
  version: '0.3.64',
  jobs: false,
  cancelRoutes: false,
  strictPromptIds: false,
  createTime: false,
  previewMethod: false,
  missingNodeType: false,
  dynamicVideoFormat: false,
};

/**
 * 0.33.0 is the one that was recorded; `newest` differs from it in nothing that a client of ours uses, but for its
 * number.
 */
export const VERSIONS = { '0.33.0': CURRENT, '0.3.64': OLD, newest: { ...CURRENT, version: '0.38.1' } };

export type VersionName = keyof typeof VERSIONS;
