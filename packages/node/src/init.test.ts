import http from 'node:http';
import Module from 'node:module';

import grpc from '@grpc/grpc-js';
import { FORMAT_HTTP_HEADERS, globalTracer, initGlobalTracer, MockTracer } from '@spanwise/opentracing';
import { b3Single, InMemoryRecorder } from '@spanwise/tracer';
import { afterEach, expect, test } from 'vitest';

import { init } from './init.ts';
import type { InitOptions } from './init-options.ts';
import type { Spanwise } from './init.ts';

const running: Spanwise[] = [];

afterEach(async () => {
  for (const spanwise of running.splice(0)) await spanwise.shutdown();
  initGlobalTracer(null);
});

function start(options: InitOptions = {}): { spanwise: Spanwise; recorder: InMemoryRecorder; warnings: string[] } {
  const recorder = new InMemoryRecorder();
  const warnings: string[] = [];
  const logger = { warn: (message: string) => void warnings.push(message) };
  const spanwise = init({ environment: {}, recorders: [recorder], logger, ...options });
  running.push(spanwise);
  return { spanwise, recorder, warnings };
}

const state = (): unknown => ({
  request: http.request,
  fetch: globalThis.fetch,
  load: Reflect.get(Module, '_load'),
  signals: process.listenerCount('SIGTERM'),
});

test('makes the global tracer and instruments; shutdown takes back what it did', async () => {
  const before = state();
  const [request, fetch] = [http.request, globalThis.fetch];
  const { spanwise, recorder } = start();
  expect(http.request).not.toBe(request);
  expect(globalThis.fetch).not.toBe(fetch);
  globalTracer().startSpan('work').finish();
  expect(recorder.records.map((span) => span.name)).toEqual(['work']);
  await spanwise.shutdown();
  expect(state()).toEqual(before);
});

test('shutdown leaves no closed tracer as the global one, and leaves another tracer that is', async () => {
  const { spanwise } = start();
  await spanwise.shutdown();
  expect(globalTracer().startSpan('work').tracer()).not.toBe(spanwise.tracer);
  const again = start().spanwise;
  const other = new MockTracer();
  initGlobalTracer(other);
  await again.shutdown();
  expect(globalTracer().startSpan('work').tracer()).toBe(other);
});

test('a global tracer that was set before is replaced, and that is said', () => {
  initGlobalTracer(new MockTracer());
  const { spanwise, warnings } = start();
  expect(globalTracer().startSpan('work').tracer()).toBe(spanwise.tracer);
  expect(warnings).toEqual([expect.stringMatching(/init\(\) replaces the global tracer/)]);
});

test.each<[string, () => void]>([
  [
    'throws',
    () => {
      throw new Error('no log');
    },
  ],
  // oxlint-disable-next-line no-misused-promises -- loggers of applications do that
  ['rejects', () => Promise.reject(new Error('no log'))],
])('a logger that %s keeps nothing from starting', async (_, warn) => {
  const { spanwise } = start({ environment: { SPANWISE_SAMPLE_RATE: '2' }, logger: { warn } });
  spanwise.tracer.startSpan('work').finish();
  expect(spanwise.tracer).toBeDefined();
  await spanwise.shutdown();
});

test('what throws while it starts is thrown, and what was done before is taken back', () => {
  const before = state();
  process.prependListener = () => {
    throw new Error('no listeners here');
  };
  try {
    expect(() => start()).toThrow('no listeners here');
  } finally {
    Reflect.deleteProperty(process, 'prependListener');
  }
  expect(state()).toEqual(before);
  expect(start().spanwise.tracer).toBeDefined();
});

test('contexts travel as the environment says, unless the code says otherwise', async () => {
  const written = (options: InitOptions): string[] => {
    const carrier = {};
    const { tracer } = start({ environment: { OTEL_PROPAGATORS: 'jaeger,xray' }, ...options }).spanwise;
    tracer.inject(tracer.startSpan('work'), FORMAT_HTTP_HEADERS, carrier);
    return Object.keys(carrier);
  };
  expect(written({})).toEqual(['uber-trace-id', 'x-amzn-trace-id']);
  await running.pop()!.shutdown();
  expect(written({ propagators: [b3Single] })).toEqual(['b3']);
});

test('a second init gives what runs, and warns when it has options', () => {
  const { spanwise } = start();
  const again = start({ serviceName: 'other' });
  expect(again.spanwise).toBe(spanwise);
  expect(again.warnings).toEqual([expect.stringContaining('init() after tracing has started does nothing')]);
});

test('after shutdown it can be started anew; a second shutdown is the first one', async () => {
  const { spanwise } = start();
  expect(spanwise.shutdown()).toBe(spanwise.shutdown());
  await spanwise.shutdown();
  expect(start().spanwise).not.toBe(spanwise);
});

test.each([-1, 2 ** 31, 0.5, Number.NaN])(
  'a shutdown with the deadline %d is refused, and tracing goes on',
  async (deadlineMillis) => {
    const { spanwise, recorder } = start();
    const instrumented = http.request;
    await expect(spanwise.shutdown({ deadlineMillis })).rejects.toThrow(`it was ${deadlineMillis}`);
    expect(http.request).toBe(instrumented);
    globalTracer().startSpan('work').finish();
    expect(recorder.records.map((span) => span.name)).toEqual(['work']);
    await spanwise.shutdown();
    expect(http.request).not.toBe(instrumented);
  },
);

test.each([0, 2 ** 31 - 1])('a shutdown with the deadline %d is accepted', async (deadlineMillis) => {
  const { spanwise } = start();
  const instrumented = http.request;
  await spanwise.shutdown({ deadlineMillis });
  expect(http.request).not.toBe(instrumented);
});

test('options in code go before the environment', () => {
  const environment = { SPANWISE_SERVICE_NAME: 'from-environment', OTEL_RESOURCE_ATTRIBUTES: 'a=1,b=2' };
  const { recorder } = start({ environment, serviceName: 'from-code', tags: { b: 3 } });
  globalTracer().startSpan('work').finish();
  const { resource } = recorder.records[0]!;
  expect(resource.serviceName).toBe('from-code');
  expect(resource.attributes).toEqual(expect.arrayContaining(['a', '1', 'b', 3]));
});

test.each([
  [{ tags: { 'service.name': 'by-tag' } }, 'by-tag'],
  [{ tags: { 'service.name': 'by-tag' }, serviceName: 'by-name' }, 'by-name'],
  [{ tags: { 'service.name': ' ' } }, 'from-environment'],
])('%j names the service %s', (options, name) => {
  const { recorder } = start({ environment: { OTEL_SERVICE_NAME: 'from-environment' }, ...options });
  globalTracer().startSpan('work').finish();
  expect(recorder.records[0]!.resource.serviceName).toBe(name);
});

test('the service name is that of the package when nobody says otherwise', () => {
  const { recorder, warnings } = start();
  globalTracer().startSpan('work').finish();
  expect(recorder.records[0]!.resource.serviceName).not.toBe('unknown_service');
  expect(warnings).toEqual([]);
});

test.each([{ disabled: true }, { environment: { OTEL_SDK_DISABLED: 'true' } }])(
  '%j leaves everything alone',
  async (options) => {
    const before = http.request;
    const { spanwise, recorder } = start(options);
    spanwise.tracer.startSpan('work').finish();
    await spanwise.shutdown();
    expect(http.request).toBe(before);
    expect(recorder.records).toEqual([]);
  },
);

test('each library can be left out', () => {
  const functions = (): unknown[] => [
    http.request,
    globalThis.fetch,
    Reflect.get(http.Server.prototype, 'emit'),
    Reflect.get(grpc.Channel.prototype, 'createCall'),
    Reflect.get(grpc.Server.prototype, '_retrieveHandler'),
  ];
  const before = functions();
  start({
    instrumentation: {
      httpClient: false,
      httpServer: false,
      fetch: false,
      grpcClient: false,
      grpcServer: false,
      pg: false,
      mqtt: false,
    },
  });
  expect(functions()).toEqual(before);
});

test('one side of gRPC can be left out, and shutdown takes back the other', async () => {
  const functions = (): unknown[] => [
    Reflect.get(grpc.Channel.prototype, 'createCall'),
    Reflect.get(grpc.Server.prototype, '_retrieveHandler'),
  ];
  const before = functions();
  const { spanwise } = start({ instrumentation: { grpcServer: { shouldTrace: () => true }, grpcClient: false } });
  expect(functions().map((now, i) => now === before[i])).toEqual([true, false]);
  await spanwise.shutdown();
  expect(functions()).toEqual(before);
});

test.each<[InitOptions, string]>([
  [{ serviceName: '' }, 'serviceName'],
  [{ recorders: undefined as never, otlp: { url: 'nowhere' } }, 'nowhere'],
  [{ sampler: 2 }, '2'],
])('wrong options %# throw, and nothing runs', (options, message) => {
  const before = http.request;
  expect(() => start(options)).toThrow(message);
  expect(http.request).toBe(before);
});

test.each<[unknown, string]>([
  [5, "init must be an object of options, such as init({ serviceName: 'shop' }); it was 5"],
  [[], 'it was an array of 0'],
  [null, 'it was null'],
  [Promise.resolve({}), 'it was [object Promise]'],
  [{ servicename: 'shop' }, 'init knows only serviceName, '],
  [{ servicename: 'shop', disabled: true }, 'it was "servicename"'],
  [{ disabled: 'false' }, 'init: disabled must be true or false, without quotes (or leave it out); it was "false"'],
  [{ disabled: 0 }, 'it was 0'],
  [
    { otlp: { endpoint: 'http://h' } },
    'init: otlp knows only url, protocol, headers, compression, timeoutMillis; it was "endpoint"',
  ],
  [{ otlp: 5 }, "init: otlp must be an object of options, such as { url: 'http://127.0.0.1:4318' }; it was 5"],
  [{ otlp: 'http://user:s3cret@h?key=s3cret' }, 'it was "http://…@h?…"'],
  [{ otlp: null }, 'it was null'],
  [
    { tags: 'a=b' },
    "init: tags must be an object, such as { 'deployment.environment': 'test' } (or leave it out); it was \"a=b\"",
  ],
  [{ tags: new Map() }, 'it was [object Map]'],
  [{ limits: 7 }, 'init: limits must be an object, such as { maxTags: 64 } (or leave it out); it was 7'],
  [{ limits: [] }, 'it was an array of 0'],
  [
    { instrumentation: { pgg: false } },
    'init: instrumentation knows only httpServer, httpClient, fetch, grpcServer, grpcClient, pg, mqtt; it was "pgg"',
  ],
  [{ instrumentation: { http: 5 } }, 'it was "http"'],
  [
    { instrumentation: false },
    'init: instrumentation must be an object of options, such as { pg: false }; it was false',
  ],
  [{ instrumentation: { pg: 'false' } }, 'init: instrumentation.pg must be true or false'],
  [{ instrumentation: { mqtt: 0 } }, 'init: instrumentation.mqtt must be true or false'],
  [{ instrumentation: { fetch: 0 } }, 'init: instrumentation.fetch must be true or false'],
  [
    { instrumentation: { httpServer: true } },
    'init: instrumentation.httpServer must be an object of options, or false',
  ],
  [{ instrumentation: { httpClient: 5 } }, 'init: instrumentation.httpClient must be'],
  [{ instrumentation: { grpcServer: true } }, 'init: instrumentation.grpcServer must be'],
  [{ instrumentation: { grpcClient: 5 } }, 'init: instrumentation.grpcClient must be'],
  [{ environment: 5 }, 'init: environment must be an object, such as process.env (or leave it out); it was 5'],
  [{ environment: null }, 'it was null'],
  [
    { runtimeProbe: true },
    'init: runtimeProbe must be false, or have begin() and end(begun, span) methods; it was true',
  ],
  [{ logger: {} }, 'init: logger must have a warn(message) method, like console; it was [object Object]'],
])('init(%j) throws before anything is started, with value and fix', (options, message) => {
  const before = { request: http.request, fetch: globalThis.fetch };
  expect(() => init(options as InitOptions)).toThrow(TypeError);
  expect(() => init(options as InitOptions)).toThrow(message);
  expect({ request: http.request, fetch: globalThis.fetch }).toEqual(before);
});

test('options may be of a class, and tags without a prototype', () => {
  class Settings implements InitOptions {
    readonly environment = {};
    readonly recorders = [new InMemoryRecorder()];
    readonly tags = Object.assign(Object.create(null) as Record<string, unknown>, { a: 1 });
  }
  const settings = new Settings();
  running.push(init(settings));
  globalTracer().startSpan('work').finish();
  expect(settings.recorders[0]!.records[0]!.resource.attributes).toEqual(expect.arrayContaining(['a', 1]));
});

test('a limit that is undefined leaves what the environment says', () => {
  const environment = { OTEL_ATTRIBUTE_COUNT_LIMIT: '1' };
  const { recorder } = start({ environment, limits: { maxTags: undefined } as never });
  globalTracer()
    .startSpan('work', { tags: { a: 1, b: 2 } })
    .finish();
  expect(recorder.records[0]!.droppedAttributesCount).toBeGreaterThan(0);
});

test.each([
  [{}, true],
  [{ runtimeProbe: false as const }, false],
  [{ environment: { SPANWISE_RUNTIME_PROBE: 'false' } }, false],
  [{ environment: { SPANWISE_RUNTIME_PROBE: 'false' }, runtimeProbe: { begin: () => 1, end: () => {} } }, false],
])('local roots note what the runtime did, unless told not to (%j)', (options, noted) => {
  const { spanwise, recorder } = start(options);
  spanwise.tracer.startSpan('work').finish();
  expect(recorder.records[0]?.attributes.includes('spanwise.cpu_ms')).toBe(noted);
});
