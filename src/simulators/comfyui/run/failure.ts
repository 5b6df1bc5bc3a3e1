import { PythonError } from '../python-error.ts';

/** An exception of a node. */
export class RunFailure extends PythonError {
  override name = 'RunFailure';
}

/** The interrupt flag was seen. */
export class Interrupted extends Error {
  override name = 'Interrupted';
}

/** The prompt is gone without a trace: the process crashed, or a test asked for it. */
export class Vanished extends Error {
  override name = 'Vanished';
}

/** An error outside of any node: the worker thread ends, and its prompt counts as running for ever. */
export class WorkerDeath extends Error {
  override name = 'WorkerDeath';
}

export const outOfMemory = (): RunFailure =>
  new RunFailure(
    'torch.OutOfMemoryError',
    'CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 24.00 GiB\n' +
      'This error means you ran out of memory on your GPU.\n\n' +
      'TIPS: If the workflow worked before you might have accidentally set the batch_size to a large number.',
  );
