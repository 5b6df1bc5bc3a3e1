import { PythonError } from '../python-error.ts';

/** One thing that is wrong, in the server's shape. */
export interface Reason {
  type: string;
  message: string;
  details: string;
  extra_info: Record<string, unknown>;
}

export const reason = (
  type: string,
  message: string,
  details: string,
  extra_info: Record<string, unknown> = {},
): Reason => ({ type, message, details, extra_info });

/** Python's error while it looked at a node, which ends the whole output. */
export class ValidationCrash extends PythonError {
  override name = 'ValidationCrash';
}

export const crashed = (crash: ValidationCrash): Reason =>
  reason('exception_during_validation', 'Exception when validating node', crash.message, {
    exception_type: crash.type,
    traceback: ['  File "execution.py", in validate_prompt\n'],
  });
