/** Arguments that switch off what nothing in the shop sends to, so that a collector on the defaults may run beside it. */
export const unusedPorts: readonly string[] = ['otlp-grpc', 'jaeger-http', 'jaeger-compact', 'jaeger-binary'].flatMap(
  (name) => [`--port-${name}`, 'off'],
);

/** Where a collector answers, by what it said when it was ready. */
export function collectorAddresses(words: string): { readonly pageUrl: string; readonly otlpUrl: string } {
  const { main, 'otlp-http': otlp } = JSON.parse(words) as Record<string, string | undefined>;
  if (main === undefined || otlp === undefined) {
    throw new Error('the shop needs the collector’s main and otlp-http ports: do not switch them off');
  }
  return { pageUrl: main, otlpUrl: otlp };
}
