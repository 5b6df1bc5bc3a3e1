/** A file that a client sent in a form; it lies in a temporary place until the answer is sent. */
export interface UploadedFile {
  field: string;
  /** As the client calls it. */
  name: string;
  path: string;
  size: number;
}

/** A `multipart/form-data` body as handlers see it. */
export interface UploadedForm {
  fields: Readonly<Record<string, string>>;
  files: readonly UploadedFile[];
}
