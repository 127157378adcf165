import type { ScopeManager } from '@spanwise/opentracing';

import type { Clock } from './clock.ts';
import type { IdSource } from './ids/id-source.ts';
import type { SpanLimits } from './limits.ts';
import type { LongRunningSpansOptions } from './long-running-spans.ts';
import type { Logger } from './logger.ts';
import type { Propagator } from './propagation/propagator.ts';
import type { Redact } from './redact.ts';
import type { Recorder } from './reporting/recorder.ts';
import type { RuntimeProbe } from './runtime-probe.ts';
import type { Sampler } from './sampling/sampler.ts';

/** What a tracer may be given. All of it is optional. */
export interface TracerOptions {
  /** The name of this service on the page. `unknown_service`, with a warning, unless given. */
  readonly serviceName?: string;
  /**
   * A sampler, or a rate from 0 to 1 for `parentBased(probabilitySampler(rate))`. Parent-based, always on unless given.
   */
  readonly sampler?: Sampler | number;
  /** Where finished spans go, each to all. OTLP over HTTP to 127.0.0.1:4318 unless given; `[]` for nowhere. */
  readonly recorders?: readonly Recorder[];
  /**
   * Takes out of every finished span what must not leave the process, or drops the span, before any recorder sees it.
   * A span for which it fails is handed to none. Nothing is taken out unless given, and costs nothing then.
   */
  readonly redact?: Redact;
  /**
   * Formats of contexts in headers. A list both reads and writes. Of those that are read the first, in their order, that
   * finds a context wins; their baggage is taken together, and of a key that several have the value of the first. Unless
   * given it reads W3C with baggage, B3 single, B3 multi and Jaeger's, in this order, and writes W3C with baggage.
   */
  readonly propagators?: readonly Propagator[] | PropagatorLists;
  /** Knows the active span. `AsyncLocalStorage`'s unless given. */
  readonly scopeManager?: ScopeManager;
  /** Tags of the process, on every span's resource. */
  readonly tags?: Readonly<Record<string, unknown>>;
  /** The system's cryptographic generator unless given. */
  readonly ids?: IdSource;
  /** The length of trace ids that begin here: 64 for systems that know no longer ones. 128 unless given. */
  readonly traceIdBits?: 64 | 128;
  /**
   * What else a local root notes of its time: see `RuntimeProbe`. Nothing unless given; `@spanwise/node` has
   * `NodeRuntimeProbe`, which its `init` gives.
   */
  readonly runtimeProbe?: RuntimeProbe | false;
  /**
   * Reports spans that stay open by themselves, as `tracer.reportUnfinished` does for one: marked unfinished, and again,
   * whole, when they finish. Only for receivers that make one span of these records, as Spanwise and Zipkin do; others
   * show them all. Nothing unless given, and `{}` for the defaults; see {@link LongRunningSpansOptions}.
   */
  readonly longRunningSpans?: LongRunningSpansOptions;
  /** How much of a span is kept; see {@link SpanLimits} for the defaults. */
  readonly limits?: Partial<SpanLimits>;
  /** Where times come from. The system's clocks unless given; another one is for tests. */
  readonly clock?: Clock;
  /** The console unless given. */
  readonly logger?: Logger;
  /**
   * Reports through the logger, each at most ten times a minute: calls on spans that were finished, a second `finish`
   * among them, with the stacks of the call and of the first `finish`; and, when the scope manager is the default one,
   * closes of scopes that came too early. Takes a stack for every span, so not for production. `false` unless given; both
   * are then only counted (`stats().lateCalls`, `ignoredCloses`).
   */
  readonly debug?: boolean;
}

/** Different formats for reading and for writing. */
export interface PropagatorLists {
  /** For reading, in this order. */
  readonly extract: readonly Propagator[];
  /** For writing: all of them. */
  readonly inject: readonly Propagator[];
}

/** The options with every default in place. */
export interface CheckedTracerOptions {
  readonly serviceName: string;
  readonly sampler: Sampler;
  readonly recorders: readonly Recorder[];
  readonly redact: Redact | undefined;
  readonly propagators: PropagatorLists;
  readonly scopeManager: ScopeManager;
  readonly tags: Readonly<Record<string, unknown>>;
  readonly ids: IdSource;
  readonly traceIdBits: 64 | 128;
  readonly runtimeProbe: RuntimeProbe | undefined;
  readonly longRunningSpans: Required<LongRunningSpansOptions> | undefined;
  readonly limits: SpanLimits;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly debug: boolean;
  /** Whether recorders get spans that are not sampled too. */
  readonly recordsUnsampled: boolean;
  /** Whether `inject` and `extract` throw for what is no carrier and for contexts that cannot be read. */
  readonly strictCarriers: boolean;
}
