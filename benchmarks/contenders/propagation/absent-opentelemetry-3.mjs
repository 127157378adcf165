import { withOpenTelemetry3 } from '../opentelemetry-packages.mjs';
import { absentHeaders } from './absent-opentelemetry.mjs';

export const prepare = () => withOpenTelemetry3(absentHeaders);
