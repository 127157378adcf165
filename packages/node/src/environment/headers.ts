import { validateHeaderName, validateHeaderValue } from 'node:http';

import { PAIRS_FIX, parsePairs } from './pairs.ts';
import type { Variables } from './variables.ts';

const HEADERS = ['SPANWISE_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'OTEL_EXPORTER_OTLP_HEADERS'];
const FIX = `${PAIRS_FIX}, with names and values that HTTP allows (no line breaks)`;

/** Headers of every OTLP request (OpenTelemetry specification, "Specifying headers via environment variables"). */
export function readHeaders(variables: Variables): Record<string, string> | undefined {
  return variables.read(HEADERS, parseHeaders, FIX);
}

/**
 * A header that Node would not send fails every export; one that is wrong is found here, as the
 * others of the environment are.
 */
function parseHeaders(value: string): Record<string, string> | undefined {
  const headers = parsePairs(value);
  return headers !== undefined && Object.entries(headers).every(canBeSent) ? headers : undefined;
}

/** Whether HTTP allows the name and the value. */
export function canBeSent([name, value]: [string, string]): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}
