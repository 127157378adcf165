import type { KeyValues } from '@spanwise/opentracing';
import { SpanFlags } from '@spanwise/wire';
import { withOtThreshold } from '@spanwise/wire/propagation';

import type { TracerCounts } from './tracer-core.ts';

/**
 * The tag `sampling.priority` as a finite number, also from text, booleans and bigints. Undefined when the tags have none that
 * is a number, and when they cannot be read, which is counted: a decision must not follow from a mistake.
 */
export function samplingPriority(tags: KeyValues, counts: TracerCounts): number | undefined {
  try {
    const given: unknown = tags['sampling.priority'];
    return given === undefined ? undefined : finiteNumber(given);
  } catch {
    counts.argumentErrors += 1;
    return undefined;
  }
}

/** What says whether a span is sampled, and how. */
export interface ForcedDecision {
  flags: number;
  debug: boolean;
  traceState: string;
}

/** The caller decides, at the start of a span or later; no threshold speaks for it then. */
export function forceDecision(span: ForcedDecision, sampled: boolean): void {
  span.flags = sampled ? span.flags | SpanFlags.sampled : span.flags & ~SpanFlags.sampled;
  span.debug = sampled;
  if (span.traceState !== '') span.traceState = withOtThreshold(span.traceState, undefined);
}

/** What a value of the tag says; undefined when it says nothing. */
export function finiteNumber(given: unknown): number | undefined {
  // Neither null nor empty text, which `Number` takes for 0, nor objects, whose code it would run.
  const isNumeric =
    typeof given === 'number' ||
    typeof given === 'bigint' ||
    typeof given === 'boolean' ||
    (typeof given === 'string' && given.trim() !== '');
  const priority = isNumeric ? Number(given) : Number.NaN;
  return Number.isFinite(priority) ? priority : undefined;
}
