import { otlpReporter } from '@spanwise/tracer';
import { expect, test } from 'vitest';

import { readVariables } from '../fixtures/read-variables.ts';
import { readBatching, withinExportTimeout } from './batching.ts';
import type { BatchingSettings } from './batching.ts';
import type { Environment } from './variables.ts';

const LARGEST = 2 ** 31 - 1;

test.each<[Environment, BatchingSettings]>([
  [{}, {}],
  [{ OTEL_BSP_SCHEDULE_DELAY: '0' }, { scheduledDelayMillis: 0 }],
  [{ OTEL_BSP_SCHEDULE_DELAY: String(LARGEST) }, { scheduledDelayMillis: LARGEST }],
  [{ OTEL_BSP_SCHEDULE_DELAY: '1', JAEGER_REPORTER_FLUSH_INTERVAL: '2' }, { scheduledDelayMillis: 1 }],
  [{ JAEGER_REPORTER_FLUSH_INTERVAL: '250' }, { scheduledDelayMillis: 250 }],
  [{ JAEGER_REPORTER_FLUSH_INTERVAL: '500ms' }, { scheduledDelayMillis: 500 }],
  [{ JAEGER_REPORTER_FLUSH_INTERVAL: '1.5s' }, { scheduledDelayMillis: 1500 }],
  [{ JAEGER_REPORTER_FLUSH_INTERVAL: '2m' }, { scheduledDelayMillis: 120_000 }],
  [{ JAEGER_REPORTER_FLUSH_INTERVAL: '1h' }, { scheduledDelayMillis: 3_600_000 }],
  [{ OTEL_BSP_MAX_QUEUE_SIZE: '512' }, { maxQueueSpans: 512 }],
  [{ OTEL_BSP_MAX_QUEUE_SIZE: '511' }, { maxQueueSpans: 511 }],
  [{ OTEL_BSP_MAX_QUEUE_SIZE: '1' }, { maxQueueSpans: 1 }],
  [{ JAEGER_REPORTER_MAX_QUEUE_SIZE: '600' }, { maxQueueSpans: 600 }],
  [{ OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '1' }, { maxBatchSpans: 1 }],
  [{ OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '20480' }, { maxBatchSpans: 20_480 }],
  [
    { OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '7', OTEL_BSP_MAX_QUEUE_SIZE: '7' },
    { maxBatchSpans: 7, maxQueueSpans: 7 },
  ],
  [{ OTEL_BSP_EXPORT_TIMEOUT: '1' }, { retry: { giveUpAfterMillis: 1 } }],
  [{ OTEL_BSP_EXPORT_TIMEOUT: '0' }, { retry: { giveUpAfterMillis: LARGEST } }],
])('%j collects with %j, which a reporter takes', async (environment, settings) => {
  const read = readVariables(readBatching, environment);
  expect(read).toEqual({ settings, warnings: [] });
  await otlpReporter(read.settings).close();
});

test.each([
  ['OTEL_BSP_SCHEDULE_DELAY', '-1'],
  ['OTEL_BSP_SCHEDULE_DELAY', '1.5'],
  ['OTEL_BSP_SCHEDULE_DELAY', '1s'],
  ['OTEL_BSP_SCHEDULE_DELAY', '1e3'],
  ['OTEL_BSP_SCHEDULE_DELAY', String(2 ** 31)],
  ['OTEL_BSP_EXPORT_TIMEOUT', '-1'],
  ['OTEL_BSP_EXPORT_TIMEOUT', String(2 ** 31)],
  ['OTEL_BSP_MAX_QUEUE_SIZE', '0'],
  ['OTEL_BSP_MAX_QUEUE_SIZE', 'many'],
  ['OTEL_BSP_MAX_QUEUE_SIZE', String(2 ** 31)],
  ['OTEL_BSP_MAX_EXPORT_BATCH_SIZE', '0'],
  ['OTEL_BSP_MAX_EXPORT_BATCH_SIZE', '20481'],
  ['JAEGER_REPORTER_FLUSH_INTERVAL', '-1'],
  ['JAEGER_REPORTER_FLUSH_INTERVAL', '1.5'],
  ['JAEGER_REPORTER_FLUSH_INTERVAL', '1d'],
  ['JAEGER_REPORTER_FLUSH_INTERVAL', '597h'],
  ['JAEGER_REPORTER_MAX_QUEUE_SIZE', '0'],
])('%s=%s warns once, and is not used', (name, value) => {
  const { settings, warnings } = readVariables(readBatching, { [name]: value });
  expect(settings).toEqual({});
  expect(warnings).toEqual([
    expect.stringMatching(`^spanwise: ${name}="${value}" is not understood and the default is used; write `),
  ]);
});

test('a batch that is larger than the queue is not taken', () => {
  const environment = { OTEL_BSP_MAX_QUEUE_SIZE: '7', OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '8' };
  const { settings, warnings } = readVariables(readBatching, environment);
  expect(settings).toEqual({ maxQueueSpans: 7 });
  expect(warnings).toEqual([expect.stringContaining('write a whole number from 1 to 7')]);
});

test.each([
  [{}, 10_000, {}],
  [{}, 9_999, { timeoutMillis: 9_999 }],
  [{ timeoutMillis: 500 }, 500, { timeoutMillis: 500 }],
  [{ timeoutMillis: 500 }, 499, { timeoutMillis: 499 }],
  [{ timeoutMillis: 500 }, undefined, { timeoutMillis: 500 }],
])('a request with %j ends when its batch does, after %s ms', (settings, giveUpAfterMillis, expected) => {
  const batching = giveUpAfterMillis === undefined ? {} : { retry: { giveUpAfterMillis } };
  expect(withinExportTimeout(settings, batching)).toEqual(expected);
});
