/**
 * What `using` does, as a function: cases that contain the keyword itself would not run where the platform has no
 * `Symbol.dispose`. Stands for Python's `with`; unlike it, the resource does not see what is thrown.
 *
 * @internal
 */
export function withBlock<T extends Disposable>(resource: T, block: (resource: T) => void): void {
  try {
    block(resource);
  } finally {
    resource[Symbol.dispose]();
  }
}
