import { createRequire } from 'node:module';

import { ddTrace, versions } from '../dd-trace-package.mjs';
import { openTracingLife } from '../opentracing-life.mjs';

const require = createRequire(import.meta.url);
const batch = 512;

/**
 * It formats and encodes a trace when its last span finishes, into a body of MessagePack of its own format; here the body is
 * taken at 512 spans, where it would be sent to an agent every two seconds. It ignores logs.
 */
export async function prepare() {
  process.env.DD_INSTRUMENTATION_TELEMETRY_ENABLED = 'false';
  process.env.DD_REMOTE_CONFIGURATION_ENABLED = 'false';
  process.env.DD_TRACE_STARTUP_LOGS = 'false';
  const tracer = require(ddTrace).init({ service: 'bench', plugins: false });
  const writer = tracer._tracer._exporter._writer;
  let bytes = 0;
  let traces = 0;
  writer._sendPayload = (payload, count, done) => {
    if (count !== batch / 2) throw new Error(`a body has ${count} traces instead of ${batch / 2}`);
    bytes = (bytes + payload.length) | 0;
    done();
  };
  const life = openTracingLife(tracer);
  return {
    versions,
    operation() {
      life();
      if (++traces === batch / 2) {
        writer.flush();
        traces = 0;
      }
      return bytes;
    },
  };
}
