import type { CatalogueEntry } from './catalogue-entry.ts';

/** Errors about the voice library. */
export const VOICE_ERRORS = {
  voice_not_found: {
    status: 422,
    class: 'permanent',
    message: 'Voice not found',
    hint: 'GET /voices lists the available voices; POST /voices adds one.',
  },
  voice_exists: {
    status: 409,
    class: 'permanent',
    message: 'A voice with this name already exists',
    hint: 'Choose another voice_id, send replace=true, or delete the voice first with DELETE /voices/{id}.',
  },
} as const satisfies Record<string, CatalogueEntry>;
