/** The page before the first span. */
export const firstSpanWords = {
  waiting: 'Waiting for the first span',
  waitingText: 'Nothing has arrived yet. Send something in one of these ways; this page lights up by itself.',
  firstNode: 'A Node.js application, without changing it',
  firstOtlp: 'Anything that speaks OpenTelemetry (OTLP over HTTP)',
  firstOtlpTry: 'Or try it by hand',
  firstZipkin: 'Anything that speaks Zipkin',
  firstOtlpOff: 'Node.js applications and OpenTelemetry: not now',
  firstOtlpOn: 'They send OTLP, and this collector has no port open for it. Start it again with one:',
  firstElsewhere: (origin: string) =>
    `You opened this page as ${origin}, through a tunnel or a proxy. The addresses below are the collector’s own: they hold on the machine that it runs on.`,
};

export type FirstSpanWords = typeof firstSpanWords;
