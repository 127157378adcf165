import { createTracer } from '@spanwise/tracer';

import { openTracingLife } from './opentracing-life.mjs';

/** Root and child, six tags, one log, through the given recorder, sampled as by default (all of it) unless told otherwise. */
export function spanwiseLife(recorder, options = {}) {
  const tracer = createTracer({ serviceName: 'bench', recorders: [recorder], ...options });
  return openTracingLife(tracer);
}
