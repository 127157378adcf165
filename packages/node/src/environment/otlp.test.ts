import { otlpReporter } from '@spanwise/tracer';
import { expect, test } from 'vitest';

import { readVariables } from '../fixtures/read-variables.ts';
import { readOtlp } from './otlp.ts';
import type { OtlpSettings } from './otlp.ts';
import type { Environment } from './variables.ts';

const LARGEST = 2 ** 31 - 1;
const [TRACES, ALL] = ['OTEL_EXPORTER_OTLP_TRACES_', 'OTEL_EXPORTER_OTLP_'];

test.each<[Environment, OtlpSettings]>([
  [{}, {}],
  [{ [`${ALL}COMPRESSION`]: 'gzip' }, { compression: 'gzip' }],
  [{ [`${ALL}COMPRESSION`]: 'gzip', [`${TRACES}COMPRESSION`]: 'None' }, { compression: 'none' }],
  [{ [`${ALL}TIMEOUT`]: '1' }, { timeoutMillis: 1 }],
  [{ [`${ALL}TIMEOUT`]: '1', [`${TRACES}TIMEOUT`]: String(LARGEST) }, { timeoutMillis: LARGEST }],
  [{ [`${ALL}TIMEOUT`]: '0' }, { timeoutMillis: LARGEST }],
  [{ JAEGER_REPORTER_TIMEOUT: '500' }, { timeoutMillis: 500 }],
  [{ JAEGER_REPORTER_TIMEOUT: '500', [`${ALL}TIMEOUT`]: '7' }, { timeoutMillis: 7 }],
  [{ [`${ALL}PROTOCOL`]: 'HTTP/JSON' }, { protocol: 'json' }],
  [{ [`${ALL}PROTOCOL`]: 'http/json', [`${TRACES}PROTOCOL`]: 'http/protobuf' }, { protocol: 'protobuf' }],
])('%j sends with %j, which a reporter takes', async (environment, settings) => {
  const read = readVariables(readOtlp, environment);
  expect(read).toEqual({ settings, warnings: [] });
  await otlpReporter(read.settings).close();
});

test.each([
  [`${ALL}COMPRESSION`, 'zstd'],
  [`${TRACES}TIMEOUT`, '-1'],
  [`${ALL}TIMEOUT`, '10s'],
  [`${ALL}TIMEOUT`, String(2 ** 31)],
  ['JAEGER_REPORTER_TIMEOUT', '0.5'],
  [`${ALL}PROTOCOL`, 'http'],
  [`${ALL}ENDPOINT`, 'http://user:%zz@h'],
])('%s=%s warns once, and is not used', (name, value) => {
  const { settings, warnings } = readVariables(readOtlp, { [name]: value });
  expect(settings).toEqual({});
  expect(warnings).toEqual([expect.stringMatching(`^spanwise: ${name}=".*" is not understood .*; write `)]);
});

test.each<[Environment, string | undefined, string]>([
  [{}, undefined, 'http://127.0.0.1:4318/v1/traces'],
  [{ [`${ALL}ENDPOINT`]: 'http://h:4317' }, 'http://h:4318/v1/traces', 'http://h:4318/v1/traces'],
  [{ [`${ALL}ENDPOINT`]: 'http://h:4316' }, 'http://h:4316/v1/traces', 'http://h:4316/v1/traces'],
  [{ [`${ALL}ENDPOINT`]: 'http://h:4318/v1/traces' }, 'http://h:4318/v1/traces', 'http://h:4318/v1/traces'],
  [{ [`${TRACES}ENDPOINT`]: 'https://h:4317/' }, 'https://h:4318/v1/traces', 'https://h:4318/v1/traces'],
  [{ [`${ALL}ENDPOINT`]: 'http://h:4317/base/' }, 'http://h:4318/base/v1/traces', 'http://h:4318/base/v1/traces'],
  [{ [`${ALL}ENDPOINT`]: 'h:4317' }, 'https://h:4318/v1/traces', 'https://h:4318/v1/traces'],
  [{ [`${ALL}ENDPOINT`]: 'h' }, 'https://h/v1/traces', 'https://h/v1/traces'],
  [{ [`${ALL}ENDPOINT`]: 'h:4317', [`${ALL}INSECURE`]: 'TRUE' }, 'http://h:4318/v1/traces', 'http://h:4318/v1/traces'],
  [
    { [`${ALL}ENDPOINT`]: 'http://user:s3cret@h:4317' },
    'http://user:s3cret@h:4318/v1/traces',
    'http://h:4318/v1/traces',
  ],
])('gRPC with %j is OTLP/HTTP to %s, and the one warning says %s', (environment, url, shown) => {
  for (const name of [`${TRACES}PROTOCOL`, `${ALL}PROTOCOL`, 'SPANWISE_OTLP_PROTOCOL']) {
    const { settings, warnings } = readVariables(readOtlp, { ...environment, [name]: 'gRPC' });
    expect(settings).toEqual({ protocol: 'protobuf', ...(url !== undefined && { url }) });
    expect(warnings).toEqual([
      `spanwise: ${name}="gRPC" is not spoken here yet and OTLP/HTTP to ${shown} is used; ` +
        'write http/protobuf, and the endpoint of OTLP/HTTP',
    ]);
  }
});

test('certificates of the environment are warned of once, with what works', () => {
  const authority = { [`${ALL}CERTIFICATE`]: '/ca.pem' };
  expect(readVariables(readOtlp, authority)).toEqual({
    settings: {},
    warnings: [
      'spanwise: OTEL_EXPORTER_OTLP_CERTIFICATE: not used yet, spans are sent without; ' +
        'write the file’s name into NODE_EXTRA_CA_CERTS, which Node reads when it starts',
    ],
  });
  const client = { [`${TRACES}CLIENT_KEY`]: '/key.pem', [`${ALL}CLIENT_CERTIFICATE`]: '/client.pem' };
  const { warnings } = readVariables(readOtlp, { ...authority, ...client });
  expect(warnings).toEqual([
    expect.stringMatching(/^spanwise: \w+_CERTIFICATE, \w+_CLIENT_KEY, \w+_CLIENT_CERTIFICATE: .*NODE_EXTRA_CA_CERTS/),
  ]);
  expect(readVariables(readOtlp, client).warnings[0]).not.toContain('NODE_EXTRA_CA_CERTS');
});
