import type { KeyValues } from './contract.ts';
import { isError } from './internal/is-error.ts';

/**
 * The log fields of an error, for `span.log`: `event`, `error.kind` (the error's name), `error.object`, `message`,
 * `stack`; and `error.code` when the error has a code, such as ECONNREFUSED or PostgreSQL's 23505. Anything may be
 * thrown: what is no `Error`, of any realm, has no kind and no stack, and what cannot be read is left out. Set the tag `error` beside it;
 * `tracer.withActiveSpan` does both.
 *
 * Source: OpenTracing semantic conventions, "log fields"; `error.code` is not among them.
 */
export function errorFields(error: unknown): KeyValues {
  if (!isError(error)) return { event: 'error', 'error.object': error, message: textOf(error) };
  const fields: KeyValues = { event: 'error', 'error.object': error, message: unreadable };
  for (const [key, name] of properties) {
    try {
      const value: unknown = (error as unknown as KeyValues)[name];
      // Codes that are numbers are those of old DOM exceptions, which say less than the name.
      if (name === 'code' ? typeof value === 'string' && value !== '' : value !== undefined) fields[key] = value;
    } catch {
      // A proxy, or a getter, that throws: the others may be read.
    }
  }
  return fields;
}

const unreadable = '[unreadable]';

const properties = [
  ['error.kind', 'name'],
  ['message', 'message'],
  ['error.code', 'code'],
  ['stack', 'stack'],
] as const;

function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return unreadable;
  }
}
