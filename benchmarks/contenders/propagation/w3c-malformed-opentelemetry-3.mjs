import { withOpenTelemetry3 } from '../opentelemetry-packages.mjs';
import { w3cMalformed } from './w3c-malformed-opentelemetry.mjs';

export const prepare = () => withOpenTelemetry3(w3cMalformed);
