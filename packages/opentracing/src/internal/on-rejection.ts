import { isThenable } from './is-thenable.ts';

/**
 * Tells `failed` when a callback of the application, which should have given nothing, gave a promise that rejects: an
 * `async` function fits wherever one that returns `void` is asked for, and unheard its rejection ends the process.
 */
export function onRejection(result: unknown, failed: (error: unknown) => void): void {
  if (isThenable(result)) Promise.resolve(result).catch(failed);
}
