import { withOpenTelemetry3 } from '../opentelemetry-packages.mjs';
import { b3Single } from './b3-opentelemetry.mjs';

export const prepare = () => withOpenTelemetry3(b3Single);
