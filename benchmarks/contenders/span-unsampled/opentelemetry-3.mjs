import { withOpenTelemetry3 } from '../opentelemetry-packages.mjs';
import { spanUnsampled } from './opentelemetry.mjs';

export const prepare = () => withOpenTelemetry3(spanUnsampled);
