import { withOpenTelemetry3 } from '../opentelemetry-packages.mjs';
import { serveTraced } from './opentelemetry-server.mjs';

await withOpenTelemetry3(serveTraced, { http: true });
