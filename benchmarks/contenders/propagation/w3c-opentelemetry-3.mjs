import { withOpenTelemetry3 } from '../opentelemetry-packages.mjs';
import { w3c } from './w3c-opentelemetry.mjs';

export const prepare = () => withOpenTelemetry3(w3c);
