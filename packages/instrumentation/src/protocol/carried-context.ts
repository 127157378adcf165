import type { Boundary } from './boundary.ts';
import type { SpanLike, TracerLike } from './tracer-like.ts';

/** What the caller injected by hand, when no active span says better. `extract` is asked only then. */
export function givenParent(tracer: TracerLike, extract: () => object | null | undefined): object | undefined {
  return hasActiveParent(tracer) ? undefined : (extract() ?? undefined);
}

/** Whether what starts here would have a parent. */
export function hasActiveParent({ scopeManager: manager }: TracerLike): boolean {
  return (manager?.activeParent ?? manager?.active ?? null) !== null;
}

/** How headers are to be changed so that they carry a context. */
export interface HeaderChanges {
  readonly set: Readonly<Record<string, string>>;
  /** In lower case. What is sent on may have them from the trace before. */
  readonly removed: readonly string[];
}

const noChanges: HeaderChanges = { set: {}, removed: [] };

/** What the span's context makes of the headers that the caller gave; nothing when the user's filter keeps it back. */
export function headerChanges<Subject>(
  span: SpanLike,
  format: string,
  subject: Subject,
  {
    tracer,
    boundary,
    shouldPropagate,
    given,
  }: {
    readonly tracer: TracerLike;
    readonly boundary: Boundary;
    /** The user's filter. */
    readonly shouldPropagate: ((subject: Subject) => boolean) | undefined;
    /** By name, in any case. */
    readonly given: object;
  },
): HeaderChanges {
  // A filter that throws keeps the context back: it must not reach somebody whom the filter may be there to keep out.
  if (!boundary.ask(shouldPropagate, subject, shouldPropagate === undefined)) return noChanges;
  const sentOn = Object.keys(given).map((name) => name.toLowerCase());
  // Only the tracer knows which headers of a trace before it does not write: it takes those away. What it neither writes nor takes away stays empty.
  const carrier = Object.fromEntries(sentOn.map((name) => [name, '']));
  tracer.inject(span.context(), format, carrier);
  return {
    set: Object.fromEntries(Object.entries(carrier).filter(([, value]) => value !== '')),
    removed: sentOn.filter((name) => !Object.hasOwn(carrier, name)),
  };
}
