/** An exception of the server. @param type as Python names it, such as `torch.OutOfMemoryError`. */
export class PythonError extends Error {
  readonly type: string;
  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}
