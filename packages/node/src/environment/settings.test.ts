import {
  b3Multi,
  b3Single,
  basictracer,
  createTracer,
  datadog,
  jaeger,
  w3cBaggage,
  w3cTraceContext,
  xray,
} from '@spanwise/tracer';
import type { Propagator, Sampler } from '@spanwise/tracer';
import { expect, test } from 'vitest';

import { readEnvironment } from './settings.ts';
import type { EnvironmentSettings } from './settings.ts';
import type { Environment } from './variables.ts';

function read(environment: Environment): EnvironmentSettings & { warnings: string[] } {
  const warnings: string[] = [];
  return { ...readEnvironment(environment, { warn: (message) => void warnings.push(message) }), warnings };
}

/** The sampler of the environment. */
function samplerOf({ sampler }: EnvironmentSettings): Sampler {
  return sampler!({ serviceName: 'shop', logger: { warn: () => {} } });
}

/** What an environment says that says nothing. */
const NOTHING: EnvironmentSettings = {
  disabled: false,
  silent: false,
  exporters: ['otlp'],
  limits: {},
  batching: {},
  otlp: {},
  zipkin: {},
};

/** A request for the root of a trace. */
const root = { traceId0: 1, traceId1: 2, traceId2: 3, traceId3: 4, name: 'n', tags: undefined, traceState: '' };

test('an empty environment says nothing, and so do empty variables', () => {
  expect(read({})).toEqual({ ...NOTHING, warnings: [] });
  const empty = { SPANWISE_SERVICE_NAME: ' ', OTEL_TRACES_SAMPLER: '', SPANWISE_OTLP_ENDPOINT: '', JAEGER_TAGS: ' ' };
  expect(read(empty)).toEqual({ ...NOTHING, warnings: [] });
});

test.each<[Environment, Partial<EnvironmentSettings>]>([
  [{ SPANWISE_SERVICE_NAME: 'a', OTEL_SERVICE_NAME: 'b' }, { serviceName: 'a' }],
  [{ OTEL_SERVICE_NAME: 'b', OTEL_RESOURCE_ATTRIBUTES: 'service.name=c' }, { serviceName: 'b' }],
  [{ OTEL_RESOURCE_ATTRIBUTES: 'service.name=c,x=1%2C2' }, { serviceName: 'c', tags: { x: '1,2' } }],
  [{ SPANWISE_OTLP_ENDPOINT: 'http://h:1' }, { otlp: { url: 'http://h:1/' } }],
  [{ SPANWISE_OTLP_ENDPOINT: 'https://h/p' }, { otlp: { url: 'https://h/p' } }],
  [
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://h/t', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://g' },
    { otlp: { url: 'http://h/t' } },
  ],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://g:4318' }, { otlp: { url: 'http://g:4318/v1/traces' } }],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://g/base/' }, { otlp: { url: 'http://g/base/v1/traces' } }],
  [{ OTEL_EXPORTER_OTLP_HEADERS: 'a=1, b = x%3Dy ,' }, { otlp: { headers: { a: '1', b: 'x=y' } } }],
  [{ SPANWISE_OTLP_HEADERS: 'a=%C3%BF%09~' }, { otlp: { headers: { a: '\u00ff\t~' } } }],
  [{ SPANWISE_OTLP_PROTOCOL: 'http/json' }, { otlp: { protocol: 'json' } }],
  [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' }, { otlp: { protocol: 'protobuf' } }],
  [{ OTEL_TRACES_EXPORTER: 'none' }, { exporters: [] }],
  [{ JAEGER_SERVICE_NAME: 'j' }, { serviceName: 'j' }],
  [{ OTEL_RESOURCE_ATTRIBUTES: 'service.name=c', JAEGER_SERVICE_NAME: 'j' }, { serviceName: 'c' }],
  [{ OTEL_RESOURCE_ATTRIBUTES: 'service.name=%20', JAEGER_SERVICE_NAME: 'j' }, { serviceName: 'j' }],
  [{ JAEGER_TAGS: 'service.name=t,x=1' }, { serviceName: 't', tags: { x: '1' } }],
  [{ OTEL_RESOURCE_ATTRIBUTES: 'a=1,b=2', JAEGER_TAGS: 'b=3,c=4' }, { tags: { a: '1', b: '2', c: '4' } }],
  [{ JAEGER_TRACEID_128BIT: 'FALSE' }, { traceIdBits: 64 }],
  [{ OTEL_LOG_LEVEL: 'NONE' }, { silent: true }],
  [{ OTEL_LOG_LEVEL: 'error' }, { silent: true }],
  [{ OTEL_LOG_LEVEL: 'warn' }, { silent: false }],
  [{ OTEL_LOG_LEVEL: 'debug' }, { silent: false }],
  [{ JAEGER_DISABLED: 'True' }, { disabled: true, exporters: [] }],
  [{ OTEL_SDK_DISABLED: 'false', JAEGER_DISABLED: 'true' }, { disabled: false }],
  [{ JAEGER_REPORTER_LOG_SPANS: 'false', JAEGER_RPC_METRICS: '0' }, { exporters: ['otlp'] }],
  [
    { OTEL_TRACES_EXPORTER: 'none', JAEGER_AGENT_HOST: 'a' },
    { exporters: [], otlp: {} },
  ],
  [
    { OTEL_TRACES_EXPORTER: 'zipkin', JAEGER_AGENT_HOST: 'a' },
    { exporters: ['zipkin'], otlp: {}, zipkin: {} },
  ],
  [
    { OTEL_TRACES_EXPORTER: 'zipkin', OTEL_EXPORTER_ZIPKIN_ENDPOINT: 'http://z', OTEL_EXPORTER_ZIPKIN_TIMEOUT: '7' },
    { zipkin: { url: 'http://z/', timeoutMillis: 7 } },
  ],
  [{ OTEL_BSP_EXPORT_TIMEOUT: '7' }, { otlp: { timeoutMillis: 7 } }],
  [{ SPANWISE_DISABLED: '1' }, { disabled: true, exporters: [] }],
  [{ SPANWISE_DISABLED: 'FALSE', OTEL_SDK_DISABLED: 'true' }, { disabled: false }],
])('%j means %j', (environment, settings) => {
  expect(read(environment)).toMatchObject({ ...settings, warnings: [] });
});

test.each([
  ['SPANWISE_DISABLED', 'yes'],
  ['SPANWISE_OTLP_ENDPOINT', 'localhost:4318'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'ftp://h'],
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'thrift'],
  ['OTEL_RESOURCE_ATTRIBUTES', 'novalue'],
  ['OTEL_RESOURCE_ATTRIBUTES', 'a=%zz'],
  ['OTEL_TRACES_EXPORTER', 'zipkins'],
  ['OTEL_TRACES_EXPORTER', 'otlp,none'],
  ['OTEL_TRACES_EXPORTER', 'otlp,'],
  ['JAEGER_DISABLED', 'no'],
  ['JAEGER_DISABLED', '2'],
  ['JAEGER_REPORTER_LOG_SPANS', 'yes'],
  ['JAEGER_PROPAGATION', 'zipkin b3multi'],
  ['JAEGER_PROPAGATION', ','],
  ['JAEGER_PROPAGATION', 'none'],
  ['JAEGER_TRACEID_128BIT', 'off'],
  ['OTEL_LOG_LEVEL', 'loud'],
  ['OTEL_PROPAGATORS', 'zipkin'],
  ['OTEL_PROPAGATORS', 'none,zipkin'],
  ['OTEL_PROPAGATORS', ','],
  ['OTEL_SDK_DISABLED', '1'],
  ['OTEL_SDK_DISABLED', '0'],
  ['OTEL_PROPAGATORS', 'constructor'],
  ['OTEL_TRACES_SAMPLER', 'xray'],
  ['OTEL_TRACES_SAMPLER', 'constructor'],
  ['SPANWISE_SAMPLE_RATE', '-0.1'],
  ['SPANWISE_SAMPLE_RATE', '1.1'],
  ['SPANWISE_SAMPLE_RATE', '10%'],
  ['SPANWISE_SAMPLE_RATE', '1e-20'],
  ['SPANWISE_SAMPLE_RATE', String(2 ** -57)],
  ['SPANWISE_SAMPLE_RATE', '0x1'],
  ['SPANWISE_SAMPLE_RATE', '0b1'],
  ['SPANWISE_SAMPLE_RATE', '.'],
  ['SPANWISE_SAMPLE_RATE', '0,5'],
])('%s=%s warns once with value and fix, and means nothing', (name, value) => {
  const { warnings, ...settings } = read({ [name]: value });
  expect(settings).toEqual(NOTHING);
  expect(warnings).toEqual([expect.stringMatching(/^spanwise: \w+=".*" is not understood .*; write /)]);
  expect(warnings[0]).toContain(value);
});

test.each([
  ['tracecontext,zipkin', 'zipkin', [w3cTraceContext]],
  ['constructor,b3,nonsense', 'constructor, nonsense', [b3Single]],
])('OTEL_PROPAGATORS=%s is used without %s, and warns', (value, unknown, inject) => {
  const { propagators, warnings } = read({ OTEL_PROPAGATORS: value });
  expect(propagators?.inject).toEqual(inject);
  expect(warnings).toEqual([
    expect.stringMatching(
      `="${value}" is used as [a-z0-9]+, without ${unknown}, which is not understood; write some of `,
    ),
  ]);
});

test.each<[string, string, Propagator[]]>([
  ['none,b3', 'b3, without none, which stands alone', [b3Single]],
  ['b3,NONE,baggage', 'b3,baggage, without none, which stands alone', [b3Single, w3cBaggage]],
  ['none,zzz,jaeger', 'jaeger, without none, which stands alone, and without zzz, which is not understood', [jaeger]],
])('OTEL_PROPAGATORS=%s is used as %s, and warns', (value, use, inject) => {
  const { propagators, warnings } = read({ OTEL_PROPAGATORS: value });
  expect(propagators?.inject).toEqual(inject);
  expect(warnings).toEqual([expect.stringMatching(`="${value}" is used as ${use}; write .*, or none alone$`)]);
});

test.each([
  ['b3,jaeger,zzz', 'zzz', [b3Multi, jaeger]],
  ['zipkin W3C constructor', 'zipkin, constructor', [w3cTraceContext, w3cBaggage]],
  ['none jaeger', 'none', [jaeger]],
])('JAEGER_PROPAGATION=%s is used without %s, and warns', (value, unknown, inject) => {
  const { propagators, warnings } = read({ JAEGER_PROPAGATION: value });
  expect(propagators?.inject).toEqual(inject);
  expect(warnings).toEqual([
    expect.stringMatching(
      `="${value}" is used as [a-z0-9,]+, without ${unknown}, which is not understood; write some of jaeger, `,
    ),
  ]);
});

test.each<[string, Propagator[], Propagator[]]>([
  ['b3,', [b3Single, b3Multi], [b3Single]],
  ['tracecontext,baggage', [w3cTraceContext, w3cBaggage], [w3cTraceContext, w3cBaggage]],
  ['baggage, tracecontext , baggage', [w3cBaggage, w3cTraceContext], [w3cBaggage, w3cTraceContext]],
  ['b3', [b3Single, b3Multi], [b3Single]],
  ['b3multi', [b3Single, b3Multi], [b3Multi]],
  ['b3multi,b3', [b3Single, b3Multi], [b3Multi, b3Single]],
  ['jaeger', [jaeger], [jaeger]],
  ['xray', [xray], [xray]],
  ['ottrace', [basictracer], [basictracer]],
  ['datadog', [datadog], [datadog]],
  ['none', [], []],
  ['none, NONE,', [], []],
  ['B3', [b3Single, b3Multi], [b3Single]],
  ['TraceContext, JAEGER', [w3cTraceContext, jaeger], [w3cTraceContext, jaeger]],
  ['None', [], []],
])('OTEL_PROPAGATORS=%s reads and writes contexts so', (value, extract, inject) => {
  const { propagators, warnings } = read({ OTEL_PROPAGATORS: value });
  expect(propagators).toEqual({ extract, inject });
  expect(warnings).toEqual([]);
  expect(() => createTracer({ serviceName: 'test', recorders: [], propagators: propagators! })).not.toThrow();
});

test.each<[string, Propagator[], Propagator[]]>([
  ['jaeger', [jaeger], [jaeger]],
  ['b3', [b3Single, b3Multi], [b3Multi]],
  ['w3c', [w3cTraceContext, w3cBaggage], [w3cTraceContext, w3cBaggage]],
  ['jaeger,', [jaeger], [jaeger]],
  ['W3C, jaeger', [w3cTraceContext, w3cBaggage, jaeger], [w3cTraceContext, w3cBaggage, jaeger]],
  ['b3 jaeger b3', [b3Single, b3Multi, jaeger], [b3Multi, jaeger]],
])('JAEGER_PROPAGATION=%s reads and writes contexts so', (value, extract, inject) => {
  const { propagators, warnings } = read({ JAEGER_PROPAGATION: value });
  expect(propagators).toEqual({ extract, inject });
  expect(warnings).toEqual([]);
  expect(read({ JAEGER_PROPAGATION: value, OTEL_PROPAGATORS: 'none' }).propagators).toEqual({
    extract: [],
    inject: [],
  });
});

test.each([
  ['JAEGER_DISABLE', 'true', { disabled: true, exporters: [] }, 'JAEGER_DISABLED'],
  ['JAEGER_REPORTER_ENDPOINT', 'http://h:4318', { otlp: { url: 'http://h:4318/' } }, 'JAEGER_ENDPOINT'],
  ['JAEGER_SAMPLER_HOST', 'h', { exporters: ['otlp'] }, 'JAEGER_SAMPLER_MANAGER_HOST_PORT=host:port'],
  ['JAEGER_SAMPLER_PORT', '5778', { exporters: ['otlp'] }, 'JAEGER_SAMPLER_MANAGER_HOST_PORT=host:port'],
])('%s is read, and warns once of its new name', (name, value, settings, now) => {
  const { warnings, ...rest } = read({ [name]: value });
  expect(rest).toMatchObject(settings);
  expect(warnings).toEqual([`spanwise: ${name} is an old name; write ${now} instead`]);
});

test.each([
  ['JAEGER_REPORTER_LOG_SPANS', 'true', 'is not here yet, and spans are sent and not logged; write false'],
  ['JAEGER_RPC_METRICS', 'true', 'has no effect here; leave it out'],
  ['JAEGER_SENDER_FACTORY', 'http', 'has no effect here; leave it out'],
])('%s=%s warns once that it changes nothing', (name, value, warning) => {
  const { warnings, ...settings } = read({ [name]: value });
  expect(settings).toEqual(NOTHING);
  expect(warnings).toEqual([expect.stringContaining(`spanwise: ${name}="${value}" ${warning}`)]);
});

test.each([
  ['OTEL_EXPORTER_OTLP_HEADERS', 'x=secret%0Ab'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'x=secret%7F'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'x=secret%C4%80'],
  ['SPANWISE_OTLP_HEADERS', 'bad name=secret'],
  ['SPANWISE_OTLP_HEADERS', 'b%C3%A4d=secret'],
  ['SPANWISE_OTLP_HEADERS', 'secret'],
  ['SPANWISE_OTLP_HEADERS', 'authorization: Basic secret=='],
  ['SPANWISE_OTLP_HEADERS', 'x=secret%zz'],
  ['SPANWISE_OTLP_HEADERS', '=secret'],
  ['SPANWISE_OTLP_HEADERS', 'Transfer-Encoding=secret'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'content-length=secret'],
])('%s=%s warns once without the value, and means nothing', (name, value) => {
  const { warnings, ...settings } = read({ [name]: value });
  expect(settings).toEqual(NOTHING);
  expect(warnings).toEqual([
    expect.stringMatching(`^spanwise: ${name}=\\(hidden\\) is not understood .*; write pairs`),
  ]);
  expect(warnings[0]).not.toContain('secret');
});

test.each([
  ['x=secret%0A', 'part 2'],
  ['x=secret%zz', 'part 2'],
  ['X-Key.1_a = secret%7F', 'part 2'],
  ['Transfer-Encoding=secret', 'part 2'],
  ['secret', 'part 2'],
  ['=secret', 'part 2'],
  ['b%C3%A4d=secret', 'part 2'],
  ['authorization: Basic secret==', 'part 2'],
  ['x=secret%0A, ,authorization: secret', 'part 2 and part 3'],
  // The rest of a value that has a comma in it.
  ['c2VjcmV0secretS2V5=%zz', 'part 2'],
])('a wrong header %s is named %s, and costs no other', (wrong, named) => {
  for (const prefix of ['SPANWISE_OTLP', 'OTEL_EXPORTER_OTLP', 'OTEL_EXPORTER_OTLP_TRACES']) {
    const name = `${prefix}_HEADERS`;
    const { otlp, warnings } = read({ [name]: `good=1,${wrong},b=x%3Dy` });
    expect(otlp).toEqual({ headers: { good: '1', b: 'x=y' } });
    expect(warnings).toEqual([
      expect.stringContaining(
        `spanwise: ${name}=(hidden) is not understood in ${named}, which is left out; write pairs`,
      ),
    ]);
    expect(warnings[0]).not.toContain('secret');
  }
});

test.each(['traceidratio', 'parentbased_traceidratio'])(
  '%s with an argument that is wrong warns and samples all',
  (name) => {
    for (const argument of ['-0.1', '1.1', String(2 ** -57)]) {
      const { warnings, ...settings } = read({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: argument });
      expect(warnings).toEqual([expect.stringContaining(`OTEL_TRACES_SAMPLER_ARG="${argument}" is not understood`)]);
      expect(samplerOf(settings).sample(root, undefined).sampled).toBe(true);
    }
  },
);

test.each([
  [{ SPANWISE_SAMPLE_RATE: '0' }, false],
  [{ SPANWISE_SAMPLE_RATE: String(2 ** -56) }, false],
  [{ SPANWISE_SAMPLE_RATE: '1' }, true],
  [{ SPANWISE_SAMPLE_RATE: '0', OTEL_TRACES_SAMPLER: 'always_on' }, false],
  [{ OTEL_TRACES_SAMPLER: 'always_on' }, true],
  [{ OTEL_TRACES_SAMPLER: 'always_off' }, false],
  [{ OTEL_TRACES_SAMPLER: 'ALWAYS_OFF' }, false],
  [{ OTEL_TRACES_SAMPLER: 'ParentBased_TraceIdRatio', OTEL_TRACES_SAMPLER_ARG: '0' }, false],
  [{ JAEGER_SAMPLER_TYPE: 'Const', JAEGER_SAMPLER_PARAM: '0' }, false],
  [{ OTEL_TRACES_SAMPLER: 'parentbased_always_on' }, true],
  [{ OTEL_TRACES_SAMPLER: 'parentbased_always_off' }, false],
  [{ OTEL_TRACES_SAMPLER: 'traceidratio' }, true],
  [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' }, false],
  [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: String(2 ** -56) }, false],
  [{ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' }, false],
  [{ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '1' }, true],
])('%j samples a root: %s', (environment, sampled) => {
  const { warnings, ...settings } = read(environment);
  expect(samplerOf(settings).sample(root, undefined).sampled).toBe(sampled);
  expect(warnings).toEqual([]);
});
