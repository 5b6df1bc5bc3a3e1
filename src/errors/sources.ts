import type { CatalogueEntry } from './catalogue-entry.ts';

/** Errors about files that a payload names by their address, or contains. */
export const SOURCE_ERRORS = {
  source_unreachable: {
    status: 422,
    class: 'transient',
    message: 'A file that the request names by its address could not be fetched',
    hint: '`errors` lists the fields and what happened. Check the address, send the request again later, or send the file with PUT /assets/{path} and name its path.',
  },
  source_too_large: {
    status: 422,
    class: 'permanent',
    message: 'The files that the request names by their addresses are too large',
    hint: 'Send large files with PUT /assets/{path} and name their paths. The operator sets the limit with MAX_FETCH_MB.',
  },
  source_type_refused: {
    status: 422,
    class: 'permanent',
    message: 'A file that the request names or contains is of the wrong kind',
    hint: '`errors` lists the fields and the kinds that they take; the bytes of a file decide its kind. An address must lead to the file itself, not to a page that shows it.',
  },
  source_refused: {
    status: 422,
    class: 'permanent',
    message: 'Nothing is fetched from this address',
    hint: 'Use a public https:// address, or send the file with PUT /assets/{path} and name its path. The operator allows private addresses and http:// with FETCH_ALLOW_PRIVATE=true.',
  },
} as const satisfies Record<string, CatalogueEntry>;
