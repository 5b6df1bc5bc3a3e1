import { VALUE, type EngineFacts } from '../engine-facts.ts';
import { STORED_FILE } from '../stored-file.ts';
import type { RenderPayload, RenderResult } from '../render.ts';

export const REMOTION = {
  label: 'Remotion',
  setting: 'REMOTION',
  port: null,
  payloadFields: ['timeline', 'output', 'output_path', 'output_filename', 'overwrite'],
  resultShape: {
    output_path: VALUE,
    video_path: VALUE,
    width: VALUE,
    height: VALUE,
    fps: VALUE,
    frames: VALUE,
    duration_seconds: VALUE,
    size_bytes: VALUE,
    sha256: VALUE,
    poster_path: VALUE,
    files: [STORED_FILE],
    chunks: VALUE,
    reused_chunks: VALUE,
    render_seconds: VALUE,
    warnings: [VALUE],
  },
} as const satisfies EngineFacts<RenderPayload, RenderResult>;
