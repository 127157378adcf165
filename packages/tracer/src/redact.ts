import type { SpanKind } from '@spanwise/wire';

/**
 * Takes out of a span what must not leave the process: option `redact` of `createTracer`.
 *
 * ```js
 * redact: (span) => {
 *   if (span.name === 'GET /health') return 'drop';
 *   span.tags.delete('user.email');
 *   for (const [key, value] of span.tags) {
 *     if (typeof value === 'string') span.tags.set(key, value.replaceAll(/\b\d{16}\b/g, '[card]'));
 *   }
 * };
 * ```
 *
 * - Called once for every sampled span that finishes, and for every copy that `reportUnfinished` makes, inside the
 *   application's own call: be quick. No recorder sees a span before.
 * - Changes go to the recorders only: the application goes on reading what it wrote.
 * - Returns nothing, or `'drop'` for a span that no recorder may have (`stats().redactionDrops`). The trace then lacks
 *   it, and its children are orphans.
 * - Fails closed: when it throws, returns anything else, is `async`, or leaves behind what is no span, that span is not
 *   handed on. It is counted (`stats().redactionErrors`) and logged once a minute, without the text of the error, which
 *   may quote what was to be hidden. So is a span that finishes inside it.
 *
 * Not for sampling, which comes too late here and keeps or loses single spans of a trace: give a `sampler`. Not for
 * spans that others send to a collector. It does not see what never was in a span's tags and logs: ids, `tracestate`,
 * the tags of the process (option `tags`) and baggage, which travels in headers.
 */
export type Redact = (span: RedactableSpan) => void | 'drop';

/**
 * A finished span as `redact` may change it: a copy, read again when `redact` returns and never after. Values that it
 * gets are texts, numbers, booleans, bigints, `null`, `Uint8Array`s, arrays and plain objects. What is put in is taken
 * as by `span.setTag`: converted, and cut at the tracer's limits.
 */
export interface RedactableSpan {
  /** The operation name. */
  name: string;
  /** What it was for. To change it set the tag `span.kind`. */
  readonly kind: SpanKind;
  /** It is still open: `reportUnfinished` was called for it. */
  readonly unfinished: boolean;
  /** The message of the tag `error`, empty without one. */
  statusMessage: string;
  /**
   * Without `span.kind` and `error`, which are `kind` and `statusMessage` here; both can be set. A value of `undefined`
   * removes the tag. Tags `peer.*` also make the address of the other side, so removing them removes it.
   */
  readonly tags: Map<string, unknown>;
  /** In order. Remove those that must not leave; none can be added. */
  logs: RedactableLog[];
}

/** A log of a span as `redact` may change it. */
export interface RedactableLog {
  /** The field `event`; `exception` for an error that was logged, `log` without one. */
  name: string;
  /**
   * The other fields; of a logged error `exception.type`, `exception.message` and `exception.stacktrace`. A value of
   * `undefined` removes the field.
   */
  readonly fields: Map<string, unknown>;
}
