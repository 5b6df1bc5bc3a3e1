/** FastAPI as upstream pins it (0.115.6), and as it is without the pin (0.165). */
export type FastapiVersion = '0.115' | '0.165';

/** The differences between versions of FastAPI and Starlette. */
export interface Framework {
  /** An empty field counts as missing. */
  emptyIsMissing: boolean;
  /** Most bytes of a field of a URL-encoded form. */
  fieldLimit: number;
  /** How `/openapi.json` describes a file. */
  file: Record<string, string>;
  /** More members of its validation errors. */
  errorMembers: Record<string, unknown>;
}

const FRAMEWORKS: Record<FastapiVersion, Framework> = {
  '0.115': {
    emptyIsMissing: false,
    fieldLimit: 2 ** 30,
    file: { format: 'binary' },
    errorMembers: {},
  },
  '0.165': {
    emptyIsMissing: true,
    fieldLimit: 1024 ** 2,
    file: { contentMediaType: 'application/octet-stream' },
    errorMembers: { input: { title: 'Input' }, ctx: { type: 'object', title: 'Context' } },
  },
};

export const frameworkOf = (version: FastapiVersion): Framework => FRAMEWORKS[version];
