import { createTracer } from '@spanwise/tracer';
import type { Recorder, Reporter, SpanwiseTracer, TracerOptions } from '@spanwise/tracer';

import type { ApplicationCounts, LeakSample } from './figures.ts';
import { settledHeap } from './settled-heap.ts';

/** A recorder that keeps so many of the spans is found by every bar, and leaves the process its memory. */
const leakedShare = 20;

/** A tracer and what the application itself has counted beside it. */
export class WatchedTracer {
  readonly tracer: SpanwiseTracer;
  readonly reporter: Reporter;
  readonly application: ApplicationCounts = { started: 0, unsampled: 0, open: 0 };

  /** @param breaks adds a recorder that keeps every twentieth span */
  constructor(reporter: Reporter, breaks: boolean, options: TracerOptions = {}) {
    this.reporter = reporter;
    this.tracer = createTracer({
      serviceName: 'leak',
      logger: { warn() {} },
      recorders: breaks ? [reporter, leakingRecorder()] : [reporter],
      ...options,
    });
  }

  /** Waiting and in flight. */
  get held(): number {
    const { queued, inFlight } = this.reporter.stats();
    return queued + inFlight;
  }

  async sample(sinkAway: boolean): Promise<LeakSample> {
    const heapBytes = await settledHeap();
    const { started, unsampled, open, finished, discarded, unfinishedReports, reporters } = this.tracer.stats();
    const tracer = { started, unsampled, open, finished, discarded, unfinishedReports, reporters };
    return { heapBytes, sinkAway, application: { ...this.application }, tracer };
  }
}

function leakingRecorder(): Recorder {
  const kept: unknown[] = [];
  let finished = 0;
  return {
    finish: (record) => {
      finished += 1;
      if (finished % leakedShare === 0) kept.push(record);
    },
  };
}
