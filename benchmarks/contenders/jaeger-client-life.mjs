import { createRequire } from 'node:module';

import { openTracingLife } from './opentracing-life.mjs';

const require = createRequire(import.meta.url);

export const versions = { 'jaeger-client': require('jaeger-client/package.json').version };

/** Root and child, six tags, one log, reported to the given function. */
export function jaegerClientLife(report, sampled = true) {
  const { Tracer, ConstSampler } = require('jaeger-client');
  const reporter = {
    report,
    setProcess() {},
    close(done) {
      done?.();
    },
  };
  const tracer = new Tracer('bench', reporter, new ConstSampler(sampled));
  return openTracingLife(tracer);
}
