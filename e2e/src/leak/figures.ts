import type { TracerStats } from '@spanwise/tracer';

/** What one process of the leak soak is to do. */
export interface LeakPlan {
  readonly part: 'requests' | 'contexts' | 'away';
  /** Which of the part's variations. */
  readonly variation: string;
  /** Spans to start; for contexts how many are retained in a round. */
  readonly count: number;
  /** Leaks on purpose: the verdict has to reject what comes of it. */
  readonly breaks: boolean;
}

/** A moment, after garbage was collected. */
export interface LeakSample {
  /** Heap and what it holds outside (buffers). */
  readonly heapBytes: number;
  readonly sinkAway: boolean;
  /** As the application has counted. */
  readonly application: ApplicationCounts;
  /** As the tracer has. */
  readonly tracer: TracerCounts;
}

export interface ApplicationCounts {
  started: number;
  unsampled: number;
  /** Started and not finished: in use, or forgotten. */
  open: number;
}

export type TracerCounts = Pick<
  TracerStats,
  'started' | 'unsampled' | 'open' | 'finished' | 'discarded' | 'unfinishedReports' | 'reporters'
>;

/** Requests for as many spans, with the sink away from four to five tenths of them. */
export interface RequestFigures {
  /** One each tenth of the spans. */
  readonly samples: readonly LeakSample[];
  readonly seconds: number;
}

/** Contexts created, retained and released, round by round. */
export interface ContextFigures {
  readonly count: number;
  readonly rounds: readonly { readonly heldBytes: number; readonly releasedBytes: number }[];
  /** What the same costs each without a span; `undefined` where no contexts stay. */
  readonly withoutSpanBytes: number | undefined;
}

/** Spans without anybody who takes them. */
export interface AwayFigures {
  readonly startBytes: number;
  readonly samples: readonly LeakSample[];
  /** After `close`. */
  readonly closed: LeakSample;
}
