import { same, type ConformanceCase } from '../../src/conformance-case.ts';
import { globalTracer, initGlobalTracer } from '../../src/global_tracer.ts';
import { MockTracer } from '../../src/mock.ts';
import * as secondCopy from './second-copy.ts';

/** The global tracer, which all copies of the package in a process share. */
export const globalTracerCases: ConformanceCase[] = [
  {
    name: 'is the no-op until one is set, then passes on to it',
    run: restored(() => {
      const tracer = globalTracer();
      tracer.startSpan('lost').finish();
      const recorder = new MockTracer();
      initGlobalTracer(recorder);
      tracer.startSpan('kept').finish();
      same(recorder.finishedSpans().length, 1, 'recorded spans');
    }),
  },
  {
    name: 'is shared with another copy of the package',
    run: restored(() => {
      same(secondCopy.globalTracer === globalTracer, false, 'the copies are one');
      const recorder = new MockTracer();
      secondCopy.initGlobalTracer(recorder);
      globalTracer().startSpan('from this copy').finish();
      secondCopy.globalTracer().startSpan('from that copy').finish();
      same(recorder.finishedSpans().length, 2, 'recorded spans');
    }),
  },
  {
    name: 'is released by whichever copy holds it',
    run: restored(() => {
      const recorder = new MockTracer();
      initGlobalTracer(recorder);
      secondCopy.releaseGlobalTracer(new MockTracer());
      globalTracer().startSpan('kept').finish();
      secondCopy.releaseGlobalTracer(recorder);
      globalTracer().startSpan('lost').finish();
      same(recorder.finishedSpans().length, 1, 'recorded spans');
    }),
  },
];

/** The case, with no global tracer before and after it. */
function restored(run: () => void): () => void {
  return () => {
    initGlobalTracer(null);
    try {
      run();
    } finally {
      initGlobalTracer(null);
    }
  };
}
