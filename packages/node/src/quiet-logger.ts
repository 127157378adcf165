import type { Logger } from '@spanwise/tracer';

/**
 * The application's logger, for what is said before there is a tracer, which guards its own lines: one that throws or
 * rejects says nothing, and does not keep the application from starting.
 */
export function quietLogger(logger: Logger): Logger {
  return {
    warn(message: string): void {
      try {
        const returned: unknown = logger.warn(message);
        if (isThenable(returned)) returned.then(undefined, () => {});
      } catch {
        // There is nobody to tell.
      }
    },
  };
}

/** Of any kind and realm: without a second handler an `async` one would end the process. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isObject && 'then' in value && typeof value.then === 'function';
}
