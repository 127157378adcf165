import http from 'node:http';

import { instrumentHttp } from '@spanwise/instrumentation/http';
import { constantSampler, createTracer, otlpReporter } from '@spanwise/tracer';

import { serve } from './served-window.mjs';

const tracer = createTracer({
  serviceName: 'bench',
  sampler: constantSampler(true),
  recorders: [otlpReporter({ url: process.env.SINK_URL })],
});
instrumentHttp({ tracer });
serve(http, { flush: () => tracer.flush() });
