import { httpTransport } from '@spanwise/tracer';

import { accepted } from './accepted.ts';
import { PAIRS_FIX, parsePair, partsOf } from './pairs.ts';
import type { Variables } from './variables.ts';

const HEADERS = ['SPANWISE_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'OTEL_EXPORTER_OTLP_HEADERS'];
const FIX = `${PAIRS_FIX}, with names and values that HTTP allows (no line breaks), and without those of the connection and the body, such as content-length`;

/**
 * Headers of every OTLP request (OpenTelemetry specification, "Specifying headers via environment variables", which says
 * nothing of mistakes). A header that cannot be sent fails every export; what is wrong is found here, and loses itself and
 * nothing else, as in OpenTelemetry's SDKs for Go, JavaScript and Python.
 */
export function readHeaders(variables: Variables): Record<string, string> | undefined {
  const name = variables.firstSet(HEADERS);
  if (name === undefined) return undefined;
  const value = variables.value(name)!;
  // By their places: what stands before a `=` may be a part of a secret that has a comma in it.
  const parts = partsOf(value).map((part, index) => ({ header: parseHeader(part), label: `part ${index + 1}` }));
  const wrong = parts.filter(({ header }) => header === undefined).map(({ label }) => label);
  if (wrong.length > 0) {
    const outcome = `is not understood in ${wrong.join(' and ')}, which is left out`;
    variables.warn(name, value, FIX, outcome);
  }
  const headers = parts.map(({ header }) => header).filter((header) => header !== undefined);
  return headers.length === 0 ? undefined : Object.fromEntries(headers);
}

function parseHeader(part: string): [string, string] | undefined {
  const header = parsePair(part);
  return header !== undefined && canBeSent(header) ? header : undefined;
}

/** Whether the header may be given. The transport connects to nobody before it sends. */
export function canBeSent([name, value]: [string, string]): boolean {
  const transport = accepted(() => httpTransport({ url: 'http://127.0.0.1', headers: { [name]: value } }));
  transport?.close();
  return transport !== undefined;
}
