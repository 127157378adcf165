// A collector as `spanwise collector` starts it, on a store with small segments; takes the flags that
// `startCollectorProcess` gives. The sizes are no settings of the command: nobody but a test wants them so small.
import { startCollector } from '@spanwise/collector';
import { openEmbeddedStore } from '@spanwise/collector/storage';
import { parseArgs } from 'node:util';

import { smallStore } from './small-store.ts';

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    'port-main': { type: 'string' },
    'port-otlp-http': { type: 'string' },
    'port-otlp-grpc': { type: 'string' },
    'port-jaeger-http': { type: 'string' },
    'port-jaeger-compact': { type: 'string' },
    'port-jaeger-binary': { type: 'string' },
    'data-dir': { type: 'string', default: '' },
  },
});

const logger = { info: console.error, warn: console.error, error: console.error };
const store = await openEmbeddedStore({ ...smallStore, directory: values['data-dir'], logger });
const ports = {
  portMain: values['port-main'],
  portOtlpHttp: values['port-otlp-http'],
  portOtlpGrpc: values['port-otlp-grpc'],
  portJaegerHttp: values['port-jaeger-http'],
  portJaegerCompact: values['port-jaeger-compact'],
  portJaegerBinary: values['port-jaeger-binary'],
};
const collector = await startCollector(ports, { store });
process.once('SIGTERM', () => void collector.close().then(() => process.exit(0)));
process.send?.({ ready: JSON.stringify(collector.addresses) });
