import { expect, test } from 'vitest';

import { readVariables } from '../fixtures/read-variables.ts';
import { readEnvironment } from './settings.ts';
import type { Environment } from './variables.ts';

test.each([
  ['SPANWISE_OTLP_HEADERS', 's3cret', '(hidden)'],
  ['JAEGER_PASSWORD', 's3cret', '(hidden)'],
  ['JAEGER_AUTH_TOKEN', 's3cret', '(hidden)'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'ftp://user:s3cret@host/path', '"ftp://…@host/path"'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'user:s3c@ret@host', '"…@host"'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', `http://user:s3cret${'x'.repeat(300)}@host`, '"http://…@host"'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'ftp://host/path?token=s3cret', '"ftp://host/path?…"'],
  ['OTEL_TRACES_SAMPLER_ARG', 'endpoint=http://user:s3cret@host', '"…@host"'],
  ['SPANWISE_OTLP_ENDPOINT', 'collector.example/v1?api_key=s3cret', '"collector.example/v1?…"'],
  ['SPANWISE_OTLP_ENDPOINT', 'collector.example/v1#s3cret', '"collector.example/v1#…"'],
  ['SPANWISE_OTLP_ENDPOINT', 'http://[bad?api_key=s3cret', '"http://[bad?…"'],
  ['SPANWISE_OTLP_ENDPOINT', 'collector:4318?mail=s3cret@s3cret', '"…"'],
  ['SPANWISE_OTLP_ENDPOINT', 'http://user:s3?cret@host', '"http://…"'],
  ['SPANWISE_OTLP_ENDPOINT', 'user:s3cret@host?token=s3cret', '"…@host?…"'],
  ['SPANWISE_OTLP_ENDPOINT', 'git+ssh://user:s3cret@host', '"git+ssh://…@host"'],
  ['OTEL_TRACES_SAMPLER_ARG', 'endpoint=jaeger:5778/s?token=s3cret,x=1', '"endpoint=jaeger:5778/s?…"'],
  ['OTEL_TRACES_SAMPLER', 'x'.repeat(201), JSON.stringify('x'.repeat(200))],
])('a warning of %s=%s shows %s', (name, value, shown) => {
  const { warnings } = readVariables((variables) => variables.warn(name, value, 'write x'), {});
  expect(warnings).toEqual([`spanwise: ${name}=${shown} is not understood and the default is used; write x`]);
});

test('what an environment inherits is not set', () => {
  const names = ['constructor', '__proto__', 'toString'];
  expect(readVariables((variables) => names.map((name) => variables.value(name)), {}).settings).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test.each<Environment>([
  { JAEGER_ENDPOINT: 'http://user:s3cret@h:14268/api/traces?key=s3cret' },
  { JAEGER_ENDPOINT: 'http://user:%s3cret@h:14268/api/traces' },
  { JAEGER_ENDPOINT: 'ftp://user:s3cret@h', JAEGER_USER: 'user', JAEGER_PASSWORD: 's3cret' },
  { JAEGER_PASSWORD: 's3cret', JAEGER_AUTH_TOKEN: 's3cret' },
  { JAEGER_ENDPOINT: 'http://h:4318', JAEGER_AUTH_TOKEN: 's3cret\nx' },
  { JAEGER_ENDPOINT: 'http://h:4318', JAEGER_PASSWORD: 's3cret' },
  { JAEGER_REPORTER_PASSWORD: 's3cret', JAEGER_REPORTER_USER: 'user' },
  { JAEGER_AGENT_HOST: 'user:s3cret@h' },
  { JAEGER_SAMPLING_ENDPOINT: 'ftp://user:s3cret@h' },
  { JAEGER_SAMPLER_MANAGER_HOST_PORT: 'user:%s3cret@h' },
  { JAEGER_TAGS: 'a=${TOKEN},b=${NONE},c', TOKEN: 's3cret' },
  { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://user:s3cret@h:4317/?key=s3cret' },
  { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_ENDPOINT: 'user:%s3cret@h:4317' },
  { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=s3cret%0A' },
  { OTEL_TRACES_EXPORTER: 'zipkin', OTEL_EXPORTER_ZIPKIN_ENDPOINT: 'ftp://user:s3cret@h' },
  { OTEL_TRACES_EXPORTER: 'zipkin', OTEL_EXPORTER_ZIPKIN_ENDPOINT: 'h:9411/api/v2/spans?key=s3cret' },
  { SPANWISE_OTLP_ENDPOINT: 'collector.example/v1?api_key=s3cret' },
  { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318?token=s3cret' },
  { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318#s3cret' },
  { OTEL_TRACES_SAMPLER: 'jaeger_remote', OTEL_TRACES_SAMPLER_ARG: 'endpoint=jaeger:5778/sampling?token=s3cret' },
  { OTEL_TRACES_SAMPLER: 'jaeger_remote', OTEL_TRACES_SAMPLER_ARG: 'endpoint=http://h?token=a,s3cret' },
  { OTEL_TRACES_SAMPLER: 'jaeger_remote', OTEL_TRACES_SAMPLER_ARG: 'endpoint=ftp://user:s3cret,x@h' },
])('%j is warned of without its secret', (environment) => {
  const warnings: string[] = [];
  readEnvironment(environment, { warn: (message) => void warnings.push(message) });
  expect(warnings).not.toEqual([]);
  expect(warnings.join()).not.toContain('s3cret');
});
