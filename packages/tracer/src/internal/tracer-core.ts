import type { Span, Tracer } from '@spanwise/opentracing';
import type { InstrumentationScope, Resource } from '@spanwise/wire';

import type { SpanLimits } from '../limits.ts';
import type { LateCallReport } from './late-call-report.ts';
import type { LongRunningWatch } from './long-running-watch.ts';
import type { ProbeGuard } from './probe-guard.ts';
import type { RecorderGuard } from './recorder-guard.ts';
import type { Timeline } from './timeline.ts';
import type { UndecidedSpans } from './undecided-spans.ts';
import type { ValueLimit } from './value-limit.ts';

/** What every span of a tracer shares: one object, so that a span holds one reference to all of it. */
export interface TracerCore {
  readonly tracer: Tracer;
  readonly limits: SpanLimits;
  readonly values: ValueLimit;
  /** For names of operations and logs. */
  readonly names: ValueLimit;
  readonly timeline: Timeline;
  readonly recorders: RecorderGuard;
  readonly probe: ProbeGuard | undefined;
  /** Only with a sampler that wants to be asked late. */
  readonly undecided: Pick<UndecidedSpans<never>, 'settle' | 'forget'> | undefined;
  readonly longRunning: LongRunningWatch<Span> | undefined;
  readonly resource: Resource;
  readonly scope: InstrumentationScope;
  readonly counts: TracerCounts;
  /** Whether recorders are handed spans that are not sampled too: as `BasicTracer` does. */
  readonly recordsUnsampled: boolean;
  /** Only in debug mode. */
  readonly lateCallReport: LateCallReport | undefined;
}

/** Plain numbers, written on the hot path. `tracer.stats()` explains them. */
export interface TracerCounts {
  started: number;
  unsampled: number;
  finished: number;
  lateCalls: number;
  argumentErrors: number;
  droppedTags: number;
  droppedLogs: number;
  droppedLogFields: number;
  droppedLinks: number;
  droppedBaggageItems: number;
  carrierErrors: number;
  latePriorities: number;
  malformedHeaders: number;
  malformedBytes: number;
}

export function noCounts(): TracerCounts {
  return {
    started: 0,
    unsampled: 0,
    finished: 0,
    lateCalls: 0,
    argumentErrors: 0,
    droppedTags: 0,
    droppedLogs: 0,
    droppedLogFields: 0,
    droppedLinks: 0,
    droppedBaggageItems: 0,
    carrierErrors: 0,
    latePriorities: 0,
    malformedHeaders: 0,
    malformedBytes: 0,
  };
}
