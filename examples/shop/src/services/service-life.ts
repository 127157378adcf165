import { init } from '@spanwise/node';
import { SpanwiseTracer } from '@spanwise/tracer';

import type { ParentMessage } from '../process-group.ts';

/**
 * What every service does for its parent: it says that it is ready and where, ends when it is asked to, and tells the
 * counters of its tracer, so that a test can see that they add up.
 *
 * @param ready where the service is, as its clients want it
 * @param close called once; the process ends when nothing of it is left
 */
export function serveParent(ready: string, close: () => void | Promise<void>): void {
  process.once('SIGTERM', () => void close());
  process.on('message', ({ ask }: ParentMessage) => {
    if (ask === 'tracing') process.send?.({ tracing: tracingStats() });
  });
  // The question may come at any time, and must not keep a process that is done.
  process.channel?.unref();
  process.send?.({ ready });
}

function tracingStats(): unknown {
  const { tracer } = init();
  return tracer instanceof SpanwiseTracer ? tracer.stats() : {};
}
