import { InMemoryRecorder } from '@spanwise/tracer';
import { afterEach, expect, test, vi } from 'vitest';
import type { TestContext } from 'vitest';

import type { Environment } from './environment/variables.ts';
import { Sink } from './fixtures/sink.ts';
import { init } from './init.ts';
import type { InitOptions } from './init-options.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function startSink(): Promise<Sink> {
  const sink = await Sink.start();
  cleanUps.push(() => sink.close());
  return sink;
}

/** Where port 4318 is probably free: an address that no other test process has. macOS has but one. */
const ownHost = process.platform === 'darwin' ? '127.0.0.1' : `127.77.${(process.pid >> 8) & 255}.${process.pid & 255}`;

/** Who listens on 0.0.0.0, a collector in Docker say, has the port at every address. */
async function startAtOtlpPort({ skip }: Pick<TestContext, 'skip'>): Promise<Sink> {
  const sink = await Sink.start(true, { host: ownHost, port: 4318 }).catch(() => skip('port 4318 is taken'));
  cleanUps.push(() => sink.close());
  return sink;
}

/** The sinks are in this process, and what they are asked must not be traced. */
const instrumentation = { httpServer: false } as const;

/** Finishes spans with what the environment says, and ends. */
async function trace(environment: Environment, options: InitOptions = {}, spans: number = 1): Promise<string[]> {
  const warnings: string[] = [];
  const logger = { warn: (message: string) => void warnings.push(message) };
  const spanwise = init({ serviceName: 'shop', environment, logger, instrumentation, ...options });
  for (let index = 0; index < spans; index++) spanwise.tracer.startSpan('work').finish();
  await spanwise.shutdown({ deadlineMillis: 20_000 });
  return warnings;
}

test('OTEL_TRACES_EXPORTER=zipkin sends Zipkin’s JSON to its endpoint', async () => {
  const sink = await startSink();
  const environment = { OTEL_TRACES_EXPORTER: 'zipkin', OTEL_EXPORTER_ZIPKIN_ENDPOINT: `${sink.url}/api/v2/spans` };
  expect(await trace(environment)).toEqual([]);
  expect(sink.names).toEqual(['shop work']);
  expect(sink.requests[0]).toMatchObject({ path: '/api/v2/spans', headers: { 'content-type': 'application/json' } });
});

test('otlp,zipkin sends every span to both, in batches of the size that is set', async () => {
  const [otlp, zipkin] = [await startSink(), await startSink()];
  const environment = {
    OTEL_TRACES_EXPORTER: 'otlp,zipkin',
    OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url,
    OTEL_EXPORTER_ZIPKIN_ENDPOINT: zipkin.url,
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '2',
  };
  expect(await trace(environment, {}, 5)).toEqual([]);
  for (const { requests } of [otlp, zipkin]) {
    expect(requests.map(({ spans }) => spans).sort((a, b) => a - b)).toEqual([1, 2, 2]);
  }
});

test('a span is sent when the schedule says, without a flush', async () => {
  const sink = await startSink();
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_BSP_SCHEDULE_DELAY: '1' };
  const spanwise = init({ serviceName: 'shop', environment, instrumentation });
  cleanUps.push(() => spanwise.shutdown());
  spanwise.tracer.startSpan('work').finish();
  await vi.waitFor(() => expect(sink.names).toEqual(['shop work']), { timeout: 20_000 });
});

test('the queue is as long as JAEGER_REPORTER_MAX_QUEUE_SIZE says', async () => {
  const sink = await Sink.start(false);
  cleanUps.push(() => sink.close());
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, JAEGER_REPORTER_MAX_QUEUE_SIZE: '3' };
  const warnings: string[] = [];
  const logger = { warn: (message: string) => void warnings.push(message) };
  const spanwise = init({ serviceName: 'shop', environment, logger, instrumentation });
  for (let index = 0; index < 5; index++) spanwise.tracer.startSpan('work').finish();
  await spanwise.shutdown({ deadlineMillis: 0 });
  expect(warnings.at(-1)).toMatch(/queue-full, 3 shutdown$/);
});

test('OTEL_EXPORTER_OTLP_COMPRESSION=gzip compresses even on this machine', async () => {
  const sink = await startSink();
  await trace({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' });
  expect(sink.requests[0]?.headers['content-encoding']).toBe('gzip');
  expect(sink.names).toEqual(['shop work']);
});

test('what asks for gRPC at port 4317 arrives as protobuf at port 4318', async (context) => {
  const sink = await startAtOtlpPort(context);
  const environment = {
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://${ownHost}:4317`,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=one',
  };
  expect(await trace(environment)).toEqual([expect.stringContaining(`OTLP/HTTP to ${sink.url}/v1/traces is used`)]);
  expect(sink.names).toEqual(['shop work']);
  expect(sink.requests[0]).toMatchObject({
    path: '/v1/traces',
    headers: { 'content-type': 'application/x-protobuf', 'x-tenant': 'one' },
  });
});

test.for<Environment>([
  { JAEGER_ENDPOINT: `http://${ownHost}:14268/api/traces`, JAEGER_USER: 'jörg', JAEGER_PASSWORD: 's3:cret' },
  { JAEGER_ENDPOINT: `http://j%C3%B6rg:s3%3Acret@${ownHost}:14268/api/traces` },
])('spans for Jaeger’s collector arrive at OTLP’s port with basic authentication', async (environment, context) => {
  const sink = await startAtOtlpPort(context);
  expect(await trace(environment)).toEqual([expect.stringContaining(`OTLP/HTTP to ${sink.url}/v1/traces is used`)]);
  expect(sink.names).toEqual(['shop work']);
  const { path, headers } = sink.requests[0]!;
  expect(path).toBe('/v1/traces');
  expect(Buffer.from(headers.authorization!.slice('Basic '.length), 'base64').toString()).toBe('jörg:s3:cret');
});

test('spans for Jaeger’s agent arrive at OTLP’s port of its host', async (context) => {
  const sink = await startAtOtlpPort(context);
  expect(await trace({ JAEGER_AGENT_HOST: ownHost })).toHaveLength(1);
  expect(sink.requests.map(({ path }) => path)).toEqual(['/v1/traces']);
});

test.each<[Environment, InitOptions['otlp'], string | undefined]>([
  [{}, {}, 'Bearer t0ken'],
  [{ OTEL_EXPORTER_OTLP_HEADERS: 'x=1' }, {}, 'Bearer t0ken'],
  [{ OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=other' }, {}, 'other'],
  [{}, { headers: { authorization: 'code' } }, 'code'],
])('JAEGER_AUTH_TOKEN comes after %j and %j', async (environment, otlp, authorization) => {
  const sink = await startSink();
  await trace(
    { JAEGER_ENDPOINT: `${sink.url}/v1/traces`, JAEGER_AUTH_TOKEN: 't0ken', ...environment },
    { otlp: otlp! },
  );
  expect(sink.requests[0]?.headers.authorization).toBe(authorization);
});

test('an address that code leaves undefined is the environment’s', async () => {
  const sink = await startSink();
  await trace({ SPANWISE_OTLP_ENDPOINT: `${sink.url}/v1/traces` }, { otlp: { url: undefined } as never });
  expect(sink.names).toEqual(['shop work']);
});

test('a token for JAEGER_ENDPOINT is not sent to an address that code gives', async () => {
  const sink = await startSink();
  const environment = { JAEGER_ENDPOINT: 'http://jaeger:4318', JAEGER_AUTH_TOKEN: 't0ken' };
  await trace(environment, { otlp: { url: sink.url } });
  expect(sink.names).toEqual(['shop work']);
  expect(sink.requests[0]?.headers.authorization).toBeUndefined();
});

test('recorders that code gives go before the environment’s, which is not asked and does not warn', async () => {
  const recorder = new InMemoryRecorder();
  const environment = { JAEGER_AGENT_HOST: 'agent', OTEL_TRACES_EXPORTER: 'jaeger', OTEL_BSP_SCHEDULE_DELAY: 'x' };
  expect(await trace(environment, { recorders: [recorder] })).toEqual([]);
  expect(recorder.records.map(({ name }) => name)).toEqual(['work']);
});

test('a tracer that code enables sends where the environment that disables it says', async () => {
  const sink = await startSink();
  const environment = { OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: sink.url };
  expect(await trace(environment, { disabled: false })).toEqual([]);
  expect(sink.names).toEqual(['shop work']);
});

test('limits and the length of trace ids are the environment’s, unless code gives others', async () => {
  const environment = {
    OTEL_ATTRIBUTE_COUNT_LIMIT: '1',
    OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '3',
    OTEL_SPAN_EVENT_COUNT_LIMIT: '1',
    JAEGER_TRACEID_128BIT: 'false',
  };
  const recorded = async (options: InitOptions): Promise<unknown> => {
    const recorder = new InMemoryRecorder();
    const spanwise = init({ serviceName: 'shop', environment, recorders: [recorder], runtimeProbe: false, ...options });
    spanwise.tracer
      .startSpan('job', { tags: { a: 'long', b: 'x' } })
      .log({ c: 'long', d: 1 })
      .log({ e: 1 })
      .finish();
    await spanwise.shutdown();
    const { attributes, events, traceId0, traceId1 } = recorder.records[0]!;
    return { attributes, events: events.map((event) => event.attributes), is64: traceId0 === 0 && traceId1 === 0 };
  };
  expect(await recorded({})).toEqual({ attributes: ['a', 'lon'], events: [['c', 'lon']], is64: true });
  expect(await recorded({ limits: { maxTags: 2 }, traceIdBits: 128 })).toMatchObject({
    attributes: ['a', 'lon', 'b', 'x'],
    events: [['c', 'lon']],
    is64: false,
  });
});

test('OTEL_LOG_LEVEL=none silences the console, and no logger that code gives', async () => {
  const said = vi.spyOn(console, 'warn').mockImplementation(() => {});
  cleanUps.push(() => said.mockRestore());
  const environment = { OTEL_LOG_LEVEL: 'none', OTEL_PROPAGATORS: 'wrong', OTEL_TRACES_EXPORTER: 'none' };
  const spanwise = init({ environment });
  expect(init({ environment })).toBe(spanwise);
  await spanwise.shutdown();
  expect(said).not.toHaveBeenCalled();
  expect(await trace(environment)).toEqual([expect.stringContaining('OTEL_PROPAGATORS="wrong"')]);
  await init({ environment: { ...environment, OTEL_LOG_LEVEL: 'warn' } }).shutdown();
  expect(said).toHaveBeenCalled();
});
