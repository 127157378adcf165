import type { SpanRecord } from '@spanwise/wire';

import type { Recorder } from '../reporting/recorder.ts';

/**
 * What opentracing-python's basictracer calls a `SpanRecorder`: one method that is given every finished span. Subclass it to
 * do something else with spans than send them, and give it to `new BasicTracer(recorder)`, or to
 * `createTracer({ recorders: [recorder] })`, which hands over sampled spans only. Whoever wants to know of starts or of
 * discarded spans implements `Recorder`.
 *
 * Source: basictracer-python 3.2, `basictracer/recorder.py`.
 */
export abstract class SpanRecorder implements Recorder {
  /**
   * Called once for each span, within its `finish`: keep what is needed, and return. The record is sealed: it may be kept,
   * and must not be changed. What is thrown here is counted (`tracer.stats().recorderErrors`) and goes no further; so is
   * the rejection of a promise, for which nothing waits.
   */
  abstract recordSpan(span: SpanRecord): void;

  /** Calls `recordSpan`, and gives what that gave. */
  finish(record: SpanRecord): void {
    // An `async` method fits where one that returns `void` is asked for: who caught its rejection would be nobody else.
    return this.recordSpan(record);
  }
}
