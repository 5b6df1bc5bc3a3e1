/** A file from a form, in a temporary place until the answer is sent. */
export interface UploadedFile {
  field: string;
  /** The client's name of the file. */
  name: string;
  path: string;
  size: number;
}

/** A `multipart/form-data` body as handlers see it. */
export interface UploadedForm {
  fields: Readonly<Record<string, string>>;
  files: readonly UploadedFile[];
}
