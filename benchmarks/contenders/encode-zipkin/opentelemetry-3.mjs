import { withOpenTelemetry3 } from '../opentelemetry-packages.mjs';
import { zipkinEncoding } from './opentelemetry.mjs';

export const prepare = () => withOpenTelemetry3(zipkinEncoding);
