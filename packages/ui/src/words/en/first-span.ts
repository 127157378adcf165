import type { FirstStep, FirstWay } from '../../model/first-ways.ts';

/** The page before the first span. */
export const firstSpanWords = {
  waiting: 'Waiting for the first span',
  waitingText: 'Nothing has arrived yet. Send something in one of these ways; this page lights up by itself.',
  ways: 'Ways to send a span',
  way: (way: FirstWay) =>
    ({
      node: 'Node.js',
      code: 'OpenTracing code',
      browser: 'Web page',
      otlp: 'Python, Java, Go …',
      zipkin: 'Zipkin',
      curl: 'By hand',
    })[way],
  wayText: (way: FirstWay) =>
    ({
      node: 'An application as it is: HTTP, fetch, gRPC, pg and mqtt are traced by one flag.',
      code: 'Code that was written for npm’s opentracing stays as it is. The old name leads to the maintained package, and one file makes the tracer.',
      browser: 'Document load, fetch and errors of a page, in one trace with what your servers did for it.',
      otlp: 'Anything that speaks OpenTelemetry, over HTTP, as protobuf or JSON. gRPC is not taken.',
      zipkin: 'Any Zipkin client that sends JSON, version 2: Brave, Micrometer, zipkin-go …',
      curl: 'One span, to see whether anything arrives.',
    })[way],
  step: (step: FirstStep) =>
    ({
      nodeInstall: 'In the application’s folder:',
      nodeStart: 'Start it with:',
      codeInstall: 'In the application’s folder:',
      codeTracing: 'tracing.cjs',
      codeStart: 'Start it with:',
      browserOrigins: 'The collector takes spans from pages of listed origins only. Start it with that of your page:',
      browserInstall: 'With a bundler:',
      browserInit: 'The first thing that your page runs:',
      browserScript: 'Without a bundler, serve node_modules/@spanwise/browser/lib/script.min.js from your own origin:',
      otlpVariables: 'Variables that every SDK reads:',
      otlpPython: 'Python, without changing the application:',
      otlpJava: 'Java, without changing the application:',
      otlpGo: 'Go, in main, with otlptracehttp and sdk/trace of go.opentelemetry.io/otel:',
      zipkinAddress: 'The address that spans are posted to:',
      zipkinNode: 'Node.js with @spanwise/node:',
      zipkinSpring: 'Spring Boot 3, application.properties:',
      curlOtlp: 'OpenTelemetry (OTLP as JSON):',
      curlZipkin: 'Zipkin:',
    })[step],
  firstOtlpOff: 'Other ways: not now',
  firstOtlpOn:
    'Node.js applications, web pages and OpenTelemetry send OTLP, and this collector has no port open for it. Start it again with one:',
  firstElsewhere: (origin: string) =>
    `You opened this page as ${origin}, through a tunnel or a proxy. The addresses below are the collector’s own: they hold on the machine that it runs on.`,
};

export type FirstSpanWords = typeof firstSpanWords;
