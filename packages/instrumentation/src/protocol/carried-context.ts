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

/** The headers with the span's context, by name; none when the user's filter keeps them back. */
export function headersOf<Subject>(
  span: SpanLike,
  format: string,
  subject: Subject,
  {
    tracer,
    boundary,
    shouldPropagate,
  }: {
    readonly tracer: TracerLike;
    readonly boundary: Boundary;
    /** The user's filter. */
    readonly shouldPropagate: ((subject: Subject) => boolean) | undefined;
  },
): Readonly<Record<string, string>> {
  const carrier: Record<string, string> = {};
  // A filter that throws keeps the context back: it must not reach somebody whom the filter may be there to keep out.
  if (boundary.ask(shouldPropagate, subject, shouldPropagate === undefined))
    tracer.inject(span.context(), format, carrier);
  return carrier;
}
