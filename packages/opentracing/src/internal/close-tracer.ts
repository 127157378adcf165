import type { Tracer } from '../contract.ts';
import { isThenable } from './is-thenable.ts';

/**
 * Closes a tracer of any kind, and settles when it is closed: some say so by a promise, some by a callback alone. One that
 * gives no promise and declares no parameter, or only such as have defaults, counts as closed when `close` returns:
 * nothing tells whether it would call back, and waiting for a call that never comes would be worse.
 */
export function closeTracer(tracer: Tracer, callback?: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    const over = (): void => {
      if (isOver) return;
      isOver = true;
      try {
        callback?.();
        resolve();
      } catch (error) {
        reject(error);
      }
    };
    const closing: unknown = tracer.close(over);
    if (isThenable(closing)) {
      closing.then(over, reject);
    } else if (tracer.close.length === 0) {
      over();
    }
  });
}
