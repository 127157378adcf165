import { isObject } from './is-object.ts';

/**
 * Whether a thrown value is an `Error`, of this realm or of another: a `vm` context and Jest have a class of their own.
 * Never throws, whatever a proxy does.
 */
export function isError(value: unknown): value is Error {
  if (!isObject(value)) return false;
  try {
    return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
  } catch {
    return false;
  }
}
