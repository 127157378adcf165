import { openTelemetry2 } from '../opentelemetry-packages.mjs';
import { serveTraced } from './opentelemetry-server.mjs';

serveTraced(await openTelemetry2({ http: true }));
