import type { ScopeManager, Span } from '../contract.ts';

/** What debug mode knows of a scope. Stacks begin with the frame of the application. */
export interface ScopeOpening {
  /** The name of its span when the scope was opened, where the tracer tells: `null` else. */
  spanName: string | null;
  /** Hex as the tracer gives it. */
  traceId: string;
  /** Hex as the tracer gives it. */
  spanId: string;
  /** How long ago it was opened, milliseconds. */
  ageMs: number;
  /** Whether it is closed by now. */
  closed: boolean;
  /** The stack of `activate`, `run`, `startActiveSpan` or `withActiveSpan`. */
  openedAt: string;
}

/** The same, while it goes on. Holds neither the scope nor the span: they must be collectable. @internal */
export class Opening {
  readonly manager: ScopeManager;
  readonly spanName: string | null;
  readonly traceId: string;
  readonly spanId: string;
  readonly openedMs: number;
  readonly openedAt: string;
  closed = false;

  constructor(manager: ScopeManager, span: Span, openedMs: number, openedAt: string) {
    this.manager = manager;
    this.spanName = nameOf(span);
    this.traceId = textOf(() => span.context().toTraceId());
    this.spanId = textOf(() => span.context().toSpanId());
    this.openedMs = openedMs;
    this.openedAt = openedAt;
  }

  describe(nowMs: number): ScopeOpening {
    const { spanName, traceId, spanId, closed, openedAt } = this;
    return { spanName, traceId, spanId, ageMs: nowMs - this.openedMs, closed, openedAt };
  }
}

/** OpenTracing has no getter for it; these are the names that tracers give theirs. */
function nameOf(span: Span): string | null {
  const { operationName, name, _operationName } = span as unknown as Record<string, unknown>;
  for (const candidate of [operationName, name, _operationName]) {
    const value: unknown = typeof candidate === 'function' ? textOf(() => candidate.call(span) as string) : candidate;
    if (typeof value === 'string' && value !== '') return value;
  }
  return null;
}

/** A span of a foreign tracer may fail at anything. */
function textOf(read: () => unknown): string {
  try {
    return String(read());
  } catch {
    return '';
  }
}
