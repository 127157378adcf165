import { curlOtlp, curlZipkin } from './first-span.ts';
import type { FirstSpanAddresses } from './first-span.ts';

/** The ways to send a first span, in the order of their tabs. */
const firstWays = ['node', 'code', 'browser', 'otlp', 'zipkin', 'curl'] as const;
export type FirstWay = (typeof firstWays)[number];

/** What there is to copy; each has its line of explanation. */
export type FirstStep =
  | 'nodeInstall'
  | 'nodeStart'
  | 'codeInstall'
  | 'codeTracing'
  | 'codeStart'
  | 'browserOrigins'
  | 'browserInstall'
  | 'browserInit'
  | 'browserScript'
  | 'otlpVariables'
  | 'otlpPython'
  | 'otlpJava'
  | 'otlpGo'
  | 'zipkinAddress'
  | 'zipkinNode'
  | 'zipkinSpring'
  | 'curlOtlp'
  | 'curlZipkin';

/** One thing to copy. */
export interface Snippet {
  readonly step: FirstStep;
  readonly text: string;
}

/** The ways that this collector understands: all but two need OTLP. */
export function waysWith({ otlp }: FirstSpanAddresses): readonly FirstWay[] {
  return otlp === undefined ? firstWays.filter((way) => way === 'zipkin' || way === 'curl') : firstWays;
}

/**
 * What to copy for one way, in order. Everything is shell but for what is said to be a file; `nowMillis` is when the spans that
 * are sent by hand end.
 */
export function snippetsOf(way: FirstWay, addresses: FirstSpanAddresses, nowMillis: number): readonly Snippet[] {
  const { otlp, zipkin, node = '' } = addresses;
  const texts: Readonly<Record<FirstWay, Partial<Record<FirstStep, string>>>> = {
    node: { nodeInstall: 'npm install @spanwise/node', nodeStart: node },
    code: {
      codeInstall: `npm install @spanwise/tracer opentracing@npm:@spanwise/opentracing
npm pkg set 'overrides.opentracing=$opentracing'`,
      codeTracing: tracingFile(otlp ?? ''),
      codeStart: 'node --require ./tracing.cjs app.js',
    },
    browser: {
      browserOrigins: '--allowed-origins http://localhost:3000',
      browserInstall: 'npm install @spanwise/browser',
      browserInit: `import { init } from '@spanwise/browser';

init({ serviceName: 'my-page', url: '${otlp}/v1/traces' });`,
      browserScript: `<script src="/script.min.js" data-service-name="my-page" data-url="${otlp}/v1/traces"></script>`,
    },
    otlp: {
      otlpVariables: `export OTEL_SERVICE_NAME=my-service
export OTEL_EXPORTER_OTLP_ENDPOINT=${otlp}
export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf
export OTEL_METRICS_EXPORTER=none OTEL_LOGS_EXPORTER=none`,
      otlpPython: `pip install opentelemetry-distro opentelemetry-exporter-otlp-proto-http
opentelemetry-bootstrap -a install
opentelemetry-instrument python app.py`,
      otlpJava: `curl -LO https://github.com/open-telemetry/opentelemetry-java-instrumentation/releases/latest/download/opentelemetry-javaagent.jar
java -javaagent:opentelemetry-javaagent.jar -jar app.jar`,
      otlpGo: goFile,
    },
    zipkin: {
      zipkinAddress: zipkin,
      zipkinNode: `OTEL_TRACES_EXPORTER=zipkin OTEL_EXPORTER_ZIPKIN_ENDPOINT=${zipkin} node --import @spanwise/node/register app.js`,
      zipkinSpring: `management.zipkin.tracing.endpoint=${zipkin}
management.tracing.sampling.probability=1.0`,
    },
    curl: {
      ...(otlp === undefined ? {} : { curlOtlp: curlOtlp(otlp, nowMillis) }),
      curlZipkin: curlZipkin(zipkin, nowMillis),
    },
  };
  return Object.entries(texts[way]).map(([step, text]) => ({ step: step as FirstStep, text }));
}

function tracingFile(otlp: string): string {
  return `const { initGlobalTracer } = require('opentracing');
const { createTracer, otlpReporter } = require('@spanwise/tracer');

initGlobalTracer(
  createTracer({
    serviceName: 'my-service',
    recorders: [otlpReporter({ url: '${otlp}' })],
  }),
);`;
}

const goFile = `exporter, err := otlptracehttp.New(ctx) // reads the variables
if err != nil {
	log.Fatal(err)
}
provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter))
defer provider.Shutdown(ctx)
otel.SetTracerProvider(provider)`;
