import { withOpenTelemetry3 } from '../opentelemetry-packages.mjs';
import { b3InSeveral } from './b3-multi-opentelemetry.mjs';

export const prepare = () => withOpenTelemetry3(b3InSeveral);
