import type { KeyValues } from './contract.ts';
import { isError } from './internal/is-error.ts';

/**
 * The log fields of an error, for `span.log`: `event`, `error.kind` (the error's name), `error.object`, `message`,
 * `stack`; and `error.code` when the error has a code, such as ECONNREFUSED or PostgreSQL's 23505. Anything may be
 * thrown: what is no `Error`, of any realm, has no kind and no stack. Set the tag `error` beside it;
 * `tracer.withActiveSpan` does both.
 *
 * Source: OpenTracing semantic conventions, "log fields"; `error.code` is not among them.
 */
export function errorFields(error: unknown): KeyValues {
  if (!isError(error)) return { event: 'error', 'error.object': error, message: textOf(error) };
  const fields: KeyValues = {
    event: 'error',
    'error.kind': error.name,
    'error.object': error,
    message: error.message,
  };
  const { code } = error as { code?: unknown };
  // The numbers are those of old DOM exceptions, which say less than the name.
  if (typeof code === 'string' && code !== '') fields['error.code'] = code;
  if (error.stack !== undefined) fields['stack'] = error.stack;
  return fields;
}

function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return '[unreadable]';
  }
}
