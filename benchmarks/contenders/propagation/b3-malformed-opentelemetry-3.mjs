import { withOpenTelemetry3 } from '../opentelemetry-packages.mjs';
import { b3Malformed } from './b3-malformed-opentelemetry.mjs';

export const prepare = () => withOpenTelemetry3(b3Malformed);
