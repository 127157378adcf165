import { isObject } from './is-object.ts';

/**
 * Whether a value has a `then`: a promise, or what works as one, which may be a function. What cannot be asked is none,
 * and is handed on as it is.
 */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (!isObject(value) && typeof value !== 'function') return false;
  try {
    return typeof (value as { then?: unknown }).then === 'function';
  } catch {
    return false;
  }
}
