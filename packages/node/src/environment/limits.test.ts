import type { SpanLimits } from '@spanwise/tracer';
import { expect, test } from 'vitest';

import { readVariables } from '../fixtures/read-variables.ts';
import { readLimits } from './limits.ts';
import type { Environment } from './variables.ts';

const LARGEST = 2 ** 31 - 1;

test.each<[Environment, Partial<SpanLimits>]>([
  [{}, {}],
  [{ OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '0' }, { maxTags: 0 }],
  [{ OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: String(LARGEST) }, { maxTags: LARGEST }],
  [{ OTEL_ATTRIBUTE_COUNT_LIMIT: '5' }, { maxTags: 5, maxLogFields: 5 }],
  [
    { OTEL_ATTRIBUTE_COUNT_LIMIT: '5', OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '9' },
    { maxTags: 9, maxLogFields: 5 },
  ],
  [{ OTEL_SPAN_EVENT_COUNT_LIMIT: '3' }, { maxLogs: 3 }],
  [{ OTEL_SPAN_LINK_COUNT_LIMIT: '2' }, { maxLinks: 2 }],
  [{ OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: '8' }, { maxLogFields: 8 }],
  [{ OTEL_LINK_ATTRIBUTE_COUNT_LIMIT: '8' }, { maxLogFields: 8 }],
  [{ OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: '8', OTEL_LINK_ATTRIBUTE_COUNT_LIMIT: '4' }, { maxLogFields: 4 }],
  [
    { OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: '8', OTEL_ATTRIBUTE_COUNT_LIMIT: '4' },
    { maxTags: 4, maxLogFields: 4 },
  ],
  [{ OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '100' }, { maxValueLength: 100 }],
  [
    { OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '100', OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: '200' },
    { maxValueLength: 200 },
  ],
])('%j limits spans to %j', (environment, settings) => {
  expect(readVariables(readLimits, environment)).toEqual({ settings, warnings: [] });
});

test.each([
  'OTEL_ATTRIBUTE_COUNT_LIMIT',
  'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT',
  'OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT',
  'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT',
  'OTEL_SPAN_EVENT_COUNT_LIMIT',
  'OTEL_SPAN_LINK_COUNT_LIMIT',
  'OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT',
  'OTEL_LINK_ATTRIBUTE_COUNT_LIMIT',
])('%s warns once for what is no whole number or out of range, and is not used', (name) => {
  for (const value of ['-1', '1.5', '0x10', 'none', String(2 ** 31)]) {
    const { settings, warnings } = readVariables(readLimits, { [name]: value });
    expect(settings).toEqual({});
    expect(warnings).toEqual([
      `spanwise: ${name}="${value}" is not understood and the default is used; write a whole number from 0 to ${LARGEST}`,
    ]);
  }
});

test('a limit that is wrong leaves the general one', () => {
  const environment = { OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: 'x', OTEL_ATTRIBUTE_COUNT_LIMIT: '5' };
  expect(readVariables(readLimits, environment).settings.maxTags).toBe(5);
});
