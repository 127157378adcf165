import { withOpenTelemetry3 } from '../opentelemetry-packages.mjs';
import { spanLife } from './opentelemetry.mjs';

export const prepare = () => withOpenTelemetry3(spanLife);
