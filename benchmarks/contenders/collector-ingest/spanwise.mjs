// Our collector with its embedded store in the current folder. Says `{ url }` when it is ready; on `'usage'` it tells the
// longest stall of its event loop since it was last asked.
import { monitorEventLoopDelay } from 'node:perf_hooks';

import { startCollector } from '@spanwise/collector';

const off = 'off';
const portsOff = {
  portMain: off,
  portOtlpGrpc: off,
  portJaegerHttp: off,
  portJaegerCompact: off,
  portJaegerBinary: off,
};
const collector = await startCollector({ ...portsOff, portOtlpHttp: 0, dataDir: process.cwd() });
const stalls = monitorEventLoopDelay({ resolution: 5 });
stalls.enable();
process.on('message', () => {
  process.send({ longestStallMillis: stalls.max / 1e6 });
  stalls.reset();
});
const close = () => collector.close().finally(() => process.exit(0));
process.once('SIGTERM', close).once('disconnect', close);
process.send({ url: `${collector.addresses['otlp-http']}/v1/traces` });
