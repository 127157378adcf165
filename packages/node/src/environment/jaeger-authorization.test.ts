import { expect, test } from 'vitest';

import { readVariables } from '../fixtures/read-variables.ts';
import { readOtlp } from './otlp.ts';
import type { Environment } from './variables.ts';

const ENDPOINT = { JAEGER_ENDPOINT: 'http://h:4318' };
const USER = { JAEGER_USER: 'jörg', JAEGER_PASSWORD: 's3cret' };
const BASIC = `Basic ${Buffer.from('jörg:s3cret').toString('base64')}`;
const TOKEN = { JAEGER_AUTH_TOKEN: 't0ken' };

test.each<[Environment, string]>([
  [USER, BASIC],
  [TOKEN, 'Bearer t0ken'],
  [{ ...USER, ...TOKEN }, BASIC],
])('%j are the authorization at JAEGER_ENDPOINT: %s', (environment, authorization) => {
  const { settings, warnings } = readVariables(readOtlp, { ...ENDPOINT, ...environment });
  expect(settings.authorization).toBe(authorization);
  expect(warnings).toEqual([]);
});

test.each<[Environment, string]>([
  [{ ...USER, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://other', ...ENDPOINT }, 'JAEGER_USER, JAEGER_PASSWORD'],
  [{ ...TOKEN }, 'JAEGER_AUTH_TOKEN'],
])('%j are sent nowhere else, and one warning says so', (environment, names) => {
  const { settings, warnings } = readVariables(readOtlp, environment);
  expect(settings.authorization).toBeUndefined();
  expect(warnings).toEqual([expect.stringContaining(`${names}: not used, because they are for JAEGER_ENDPOINT`)]);
});

test('credentials for an agent are not sent', () => {
  const { settings, warnings } = readVariables(readOtlp, { JAEGER_AGENT_HOST: 'agent', ...USER });
  expect(settings).toEqual({ url: 'http://agent:4318/v1/traces' });
  expect(warnings).toEqual([expect.stringContaining('UDP'), expect.stringContaining('not used, because')]);
});

test('a user without a password, or the other way round, warns once and leaves the token', () => {
  for (const name of ['JAEGER_USER', 'JAEGER_PASSWORD']) {
    const { settings, warnings } = readVariables(readOtlp, { ...ENDPOINT, ...TOKEN, [name]: 'x' });
    expect(settings.authorization).toBe('Bearer t0ken');
    expect(warnings).toEqual([`spanwise: ${name}: not used alone; set JAEGER_USER and JAEGER_PASSWORD`]);
  }
});

test('a token that HTTP does not allow warns once', () => {
  const { settings, warnings } = readVariables(readOtlp, { ...ENDPOINT, JAEGER_AUTH_TOKEN: 'a\nb' });
  expect(settings.authorization).toBeUndefined();
  expect(warnings).toEqual([expect.stringContaining('JAEGER_AUTH_TOKEN=(hidden) is not understood')]);
});
