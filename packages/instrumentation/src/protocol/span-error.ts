import { errorFields } from '@spanwise/opentracing';

import type { SpanLike } from './tracer-like.ts';

/**
 * Marks a span as failed: `error=true` and, when there is an error value, a log with the fields of `errorFields`. What the error
 * says of its cause is added to the message, and the cause's code where the error has none: `fetch failed` alone, as Node
 * has it, tells nobody what happened.
 *
 * @param kind the `error.kind`, in the place of a name of the error's that says nothing
 */
export function markFailed(span: SpanLike, error?: unknown, kind?: string): void {
  span.setTag('error', true);
  if (error === undefined || error === null) return;
  const fields: { [key: string]: unknown } = { ...errorFields(error), ...causeFields(error) };
  if (kind !== undefined) fields['error.kind'] = kind;
  span.log(fields);
}

/** Causes have causes; who wraps one more often says nothing new. */
const maxCauses = 5;
/** Of the message with its causes, in UTF-16 units: some libraries put whole answers into theirs. */
const maxMessageLength = 1000;

/** `message` and `error.code` with what is known of the causes; nothing when no cause can be read. */
function causeFields(error: unknown): { [key: string]: unknown } {
  try {
    const { message, code } = error as Described;
    let told = textOf(message);
    let firstCode = textOf(code);
    for (let at = causeOf(error), depth = 0; at !== undefined && depth < maxCauses; at = causeOf(at), depth++) {
      if (told.length >= maxMessageLength) break;
      told = withCause(told, at);
      firstCode ||= textOf(at.code);
    }
    if (told === textOf(message)) return {};
    return { message: told.slice(0, maxMessageLength), ...(firstCode !== '' && { 'error.code': firstCode }) };
  } catch {
    // A proxy, or a getter, that throws.
    return {};
  }
}

interface Described {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

/** Of several, as where a name has several addresses, the first is told. */
function causeOf(error: unknown): Described | undefined {
  const { cause, errors } = error as Described;
  const next: unknown = cause ?? (Array.isArray(errors) ? errors[0] : undefined);
  return typeof next === 'object' && next !== null ? next : undefined;
}

function withCause(told: string, { name: kind, message, code }: Described): string {
  // Node's own reason for what has the same name: that something was aborted is said already.
  if (kind === 'AbortError') return told;
  const text = textOf(message).slice(0, maxMessageLength);
  const name = textOf(code);
  const cause = name === '' || text.includes(name) ? text : text === '' ? name : `${name}: ${text}`;
  if (cause === '' || told.includes(cause)) return told;
  return told === '' ? cause : `${told}: ${cause}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
