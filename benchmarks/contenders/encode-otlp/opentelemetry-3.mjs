import { withOpenTelemetry3 } from '../opentelemetry-packages.mjs';
import { otlpEncoding } from './opentelemetry.mjs';

export const prepare = () => withOpenTelemetry3(otlpEncoding);
