/**
 * Where the collector that served this page takes spans. Zipkin's port is the page's. OTLP over HTTP has its own, which
 * the page cannot know: the answer holds the default one.
 */
export function firstSpanEndpoints(location: { readonly hostname: string; readonly origin: string }): {
  readonly otlp: string;
  readonly zipkin: string;
} {
  return { otlp: `http://${location.hostname}:4318`, zipkin: location.origin };
}

/** A shell line that sends one span which ends now. */
export function curlOtlp(endpoint: string, nowMillis: number): string {
  const span = {
    traceId: idFrom(nowMillis, 32),
    spanId: idFrom(nowMillis, 16),
    name: 'hello',
    kind: 1,
    startTimeUnixNano: `${nowMillis - 120}000000`,
    endTimeUnixNano: `${nowMillis}000000`,
  };
  const service = { key: 'service.name', value: { stringValue: 'curl' } };
  const body = { resourceSpans: [{ resource: { attributes: [service] }, scopeSpans: [{ spans: [span] }] }] };
  return `curl -H 'content-type: application/json' -d '${JSON.stringify(body)}' ${endpoint}/v1/traces`;
}

function idFrom(millis: number, digits: number): string {
  return millis.toString(16).padStart(digits, '5');
}
