import type { ThriftProtocol } from '@spanwise/wire/jaeger/decode';

import { jaegerAgentIngest } from './ingest/jaeger-agent.ts';
import type { AppParts } from './main-app.ts';
import { DatagramPort } from './ports/datagram-port.ts';

/** A port of Jaeger's agent: `emitBatch` by UDP. */
export function createJaegerAgentPort(parts: AppParts, protocol: ThriftProtocol): DatagramPort {
  return new DatagramPort(jaegerAgentIngest(parts, protocol));
}
