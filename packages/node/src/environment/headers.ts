import { httpTransport } from '@spanwise/tracer';

import { accepted } from './accepted.ts';
import { PAIRS_FIX, parsePairs } from './pairs.ts';
import type { Variables } from './variables.ts';

const HEADERS = ['SPANWISE_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'OTEL_EXPORTER_OTLP_HEADERS'];
const FIX = `${PAIRS_FIX}, with names and values that HTTP allows (no line breaks), and without those of the connection and the body, such as content-length`;

/** Headers of every OTLP request (OpenTelemetry specification, "Specifying headers via environment variables"). */
export function readHeaders(variables: Variables): Record<string, string> | undefined {
  return variables.read(HEADERS, parseHeaders, FIX);
}

/** A header that cannot be sent fails every export; one that is wrong is found here, as the others of the environment are. */
function parseHeaders(value: string): Record<string, string> | undefined {
  const headers = parsePairs(value);
  return headers !== undefined && Object.entries(headers).every(canBeSent) ? headers : undefined;
}

/** Whether the header may be given. The transport connects to nobody before it sends. */
export function canBeSent([name, value]: [string, string]): boolean {
  const transport = accepted(() => httpTransport({ url: 'http://127.0.0.1', headers: { [name]: value } }));
  transport?.close();
  return transport !== undefined;
}
