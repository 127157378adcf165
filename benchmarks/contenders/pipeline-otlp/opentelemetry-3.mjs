import { withOpenTelemetry3 } from '../opentelemetry-packages.mjs';
import { pipeline } from './opentelemetry.mjs';

export const prepare = () => withOpenTelemetry3(pipeline);
