import { wholeNumber } from './internal/invalid-option.ts';
import { knownOptions } from './internal/known-options.ts';

/**
 * How much one span may hold. What is beyond a limit is left out and counted: on the record (`droppedAttributesCount`,
 * `droppedEventsCount`, `droppedLinksCount`) or in `tracer.stats()` (baggage, cut values).
 */
export interface SpanLimits {
  /** Tags of a span. 128 unless given. */
  readonly maxTags: number;
  /** Logs of a span. 128 unless given; the first ones are kept. */
  readonly maxLogs: number;
  /** Fields of one log, and tags of one link. 64 unless given. */
  readonly maxLogFields: number;
  /** References beyond the parent. 128 unless given. */
  readonly maxLinks: number;
  /**
   * UTF-16 units of one text, or bytes of one binary value; the rest is cut off. Holds for values of tags and fields and
   * for status messages; for names of operations and logs where it is above 1,024, which is what they may always have;
   * not for keys of tags and fields, which are names in code, nor for tags of the process. 16,384 unless given.
   */
  readonly maxValueLength: number;
  /** Baggage items of a context. 64 unless given (W3C Baggage asks for at least as many). */
  readonly maxBaggageItems: number;
  /** UTF-16 units of all baggage keys and values of a context. 8,192 unless given. */
  readonly maxBaggageLength: number;
}

/** UTF-16 units of a name, however short values must be: a limit for values is not meant for names. */
export const leastNameLength = 1024;

/** The limits of a tracer that was given none. */
export const defaultLimits: SpanLimits = Object.freeze({
  maxTags: 128,
  maxLogs: 128,
  maxLogFields: 64,
  maxLinks: 128,
  maxValueLength: 16_384,
  maxBaggageItems: 64,
  maxBaggageLength: 8_192,
});

/** Fills in the defaults; throws a `TypeError` for an unknown name or a value that is not a whole number. */
export function checkLimits(limits: Partial<SpanLimits> | undefined): SpanLimits {
  const names = Object.keys(defaultLimits) as (keyof SpanLimits)[];
  if (limits !== undefined) knownOptions('createTracer: limits', limits, names, '{ maxTags: 64 }');
  const checked = names.map((name) => [name, wholeNumber(`limits.${name}`, limits?.[name], defaultLimits[name], 0)]);
  return Object.freeze(Object.fromEntries(checked) as unknown as SpanLimits);
}
