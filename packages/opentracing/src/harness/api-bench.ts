import { ExpectationError, same } from '../conformance-case.ts';
import type { Span, SpanContext, Tracer } from '../contract.ts';
import type { ReadRecorded } from '../recorded-cases.ts';

/** What {@link apiCheck} asks of a tracer. The first three are those of opentracing-python's mix-in. */
export interface ApiCheckOptions {
  /** Whether baggage must be kept. `false` only makes the calls: for the no-op. Default `true`. */
  checkBaggageValues?: boolean;
  /**
   * Whether scopes must make spans active and spans must have the right parents. `false` only makes the calls: for the
   * no-op. Default `true`.
   */
  checkScopeManager?: boolean;
  /**
   * Whether `parent` is the parent of `span`; `isParent(null, span)` asks whether `span` is a root. Tracers know, the API
   * does not: without it the cases that expect a parent, or a root, fail, and say that it was not given.
   */
  isParent?: (parent: Span | null, span: Span) => boolean;
  /** Whether an unknown format must throw. `false` is for the no-op, which never throws. Default `true`. */
  checkUnknownFormat?: boolean;
  /** Whether `extract` throws at carriers without a context, as in opentracing-python, and not gives `null`. Default `false`. */
  strict?: boolean;
  /**
   * The ends with which `span` was reported until now, in any unit, one for each time: to see that a second `finish`
   * is not reported. Tracers know, the API does not; without it there is no such case.
   */
  reportedEnds?: (span: Span) => readonly unknown[];
  /**
   * What was recorded of a span that is finished. Tracers know, the API does not; without it nobody asks, and the names
   * of these cases say so.
   */
  recorded?: ReadRecorded | undefined;
  /** Whether to add the cases that opentracing-python's harness lacks; their names begin with `extra: `. Default `true`. */
  extras?: boolean;
}

/** Tracers under test, and what is asked of them. @internal */
export class ApiBench {
  readonly createTracer: () => Tracer;
  readonly checkBaggageValues: boolean;
  readonly checkScopeManager: boolean;
  readonly checkUnknownFormat: boolean;
  readonly strict: boolean;
  readonly reportedEnds: (span: Span) => readonly unknown[];
  private readonly isParent: ApiCheckOptions['isParent'];

  constructor(createTracer: () => Tracer, options: ApiCheckOptions) {
    this.createTracer = createTracer;
    this.checkBaggageValues = options.checkBaggageValues ?? true;
    this.checkScopeManager = options.checkScopeManager ?? true;
    this.checkUnknownFormat = options.checkUnknownFormat ?? true;
    this.strict = options.strict ?? false;
    this.reportedEnds = options.reportedEnds ?? (() => []);
    this.isParent = options.isParent;
  }

  /** Requires that `parent` is (or is not) the parent of `span`. */
  expectParent(parent: Span | null, span: Span, expected: boolean): void {
    if (!this.checkScopeManager) return;
    if (this.isParent === undefined) {
      if (expected) throw new ExpectationError(isParentMissing);
      return;
    }
    same(this.isParent(parent, span), expected, parent === null ? 'isParent(null, span)' : 'isParent(parent, span)');
  }

  /** Requires this baggage of a context, and none else. */
  expectBaggage(context: SpanContext | null, expected: Record<string, string>, what: string): void {
    if (context === null) throw new Error(`${what}: there is no context`);
    // Contexts of tracers written for npm opentracing keep theirs to themselves.
    const { baggage } = context as { baggage?: unknown };
    if (baggage === undefined && !this.checkBaggageValues) return;
    same(JSON.stringify(baggage), JSON.stringify(expected), what);
  }
}

const isParentMissing =
  'isParent was not given, and the API does not say who is whose parent: pass apiCheck a { isParent: (parent, span) => boolean } that reads it from the tracer under test, and with null as parent says whether span is a root';

/** One case. @internal */
export type ApiRequirement = (bench: ApiBench) => void | Promise<void>;
