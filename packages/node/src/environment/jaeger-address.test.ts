import { expect, test } from 'vitest';

import { readVariables } from '../fixtures/read-variables.ts';
import { readOtlp } from './otlp.ts';
import type { Environment } from './variables.ts';

test.each<[Environment, string]>([
  [{ JAEGER_ENDPOINT: 'http://h:4318' }, 'http://h:4318/'],
  [{ JAEGER_ENDPOINT: 'http://h:4318/other?x=1' }, 'http://h:4318/other?x=1'],
  [{ JAEGER_ENDPOINT: 'https://h/v1/traces' }, 'https://h/v1/traces'],
  [{ JAEGER_ENDPOINT: 'https://h:1/base/v1/traces/' }, 'https://h:1/base/v1/traces/'],
  [{ JAEGER_ENDPOINT: 'http://h:4318', JAEGER_AGENT_HOST: 'a' }, 'http://h:4318/'],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://o', JAEGER_ENDPOINT: 'http://h:14268/api/traces', JAEGER_AGENT_HOST: 'a' },
    'http://o/v1/traces',
  ],
])('%j is used as it is, without a warning: %s', (environment, url) => {
  expect(readVariables(readOtlp, environment)).toEqual({ settings: { url }, warnings: [] });
});

test.each([
  ['http://h:14268/api/traces', 'http://h:4318/v1/traces'],
  ['http://h:14268/api/traces?format=jaeger.thrift', 'http://h:4318/v1/traces'],
  ['https://h/api/traces', 'https://h:4318/v1/traces'],
  ['http://[::1]:14268', 'http://[::1]:4318/v1/traces'],
  ['http://h:4319/v1/tracesx', 'http://h:4318/v1/traces'],
])('JAEGER_ENDPOINT=%s warns once, and spans go to %s', (value, url) => {
  const { settings, warnings } = readVariables(readOtlp, { JAEGER_ENDPOINT: value });
  expect(settings).toEqual({ url });
  expect(warnings).toEqual([
    expect.stringMatching(/^spanwise: JAEGER_ENDPOINT=".*" is taken for Jaeger’s Thrift, which is not spoken here yet/),
  ]);
  expect(warnings[0]).toContain(`OTLP/HTTP to ${url} is used; write JAEGER_ENDPOINT=${url}`);
});

test.each<[Environment, string, string]>([
  [{ JAEGER_AGENT_HOST: 'agent' }, 'JAEGER_AGENT_HOST="agent"', 'http://agent:4318'],
  [{ JAEGER_AGENT_PORT: '6832' }, 'JAEGER_AGENT_PORT="6832"', 'http://127.0.0.1:4318'],
  [
    { JAEGER_AGENT_HOST: '10.0.0.1', JAEGER_AGENT_PORT: '6831' },
    'JAEGER_AGENT_HOST="10.0.0.1", JAEGER_AGENT_PORT="6831"',
    'http://10.0.0.1:4318',
  ],
  [{ JAEGER_AGENT_HOST: '::1' }, 'JAEGER_AGENT_HOST="::1"', 'http://[::1]:4318'],
])('%j warns once, and spans go to port 4318 of that host', (environment, shown, origin) => {
  const { settings, warnings } = readVariables(readOtlp, environment);
  expect(settings).toEqual({ url: `${origin}/v1/traces` });
  expect(warnings).toEqual([
    `spanwise: ${shown} means Jaeger’s Thrift over UDP, which is not spoken here yet, and OTLP/HTTP to ` +
      `${origin}/v1/traces is used; write OTEL_EXPORTER_OTLP_ENDPOINT=${origin}`,
  ]);
});

test.each([
  ['JAEGER_ENDPOINT', 'h:14268'],
  ['JAEGER_ENDPOINT', 'udp://h'],
  ['JAEGER_AGENT_HOST', 'http://agent'],
  ['JAEGER_AGENT_HOST', 'agent:6831'],
  ['JAEGER_AGENT_HOST', 'a b'],
])('%s=%s warns once, and is not used', (name, value) => {
  const { settings, warnings } = readVariables(readOtlp, { [name]: value });
  expect(settings).toEqual({});
  expect(warnings).toEqual([
    expect.stringContaining(`${name}=${JSON.stringify(value)} is not understood and the default is used; write `),
  ]);
});
