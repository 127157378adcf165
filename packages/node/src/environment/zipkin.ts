import type { ZipkinReporterOptions } from '@spanwise/tracer';

import { parseAddress } from './address.ts';
import type { Variables } from './variables.ts';
import { readTimeout } from './whole-number.ts';

/** Where Zipkin is, and how long it may take. */
export type ZipkinSettings = Pick<ZipkinReporterOptions, 'url' | 'timeoutMillis'>;

/** Source: OpenTelemetry specification 1.x, "Zipkin Exporter". */
export function readZipkin(variables: Variables): ZipkinSettings {
  const parse = (value: string): string | undefined => parseAddress(value)?.href;
  const fix = 'write an address such as http://127.0.0.1:9411/api/v2/spans';
  const url = variables.read(['OTEL_EXPORTER_ZIPKIN_ENDPOINT'], parse, fix);
  const timeoutMillis = readTimeout(variables, ['OTEL_EXPORTER_ZIPKIN_TIMEOUT']);
  return { ...(url !== undefined && { url }), ...(timeoutMillis !== undefined && { timeoutMillis }) };
}
