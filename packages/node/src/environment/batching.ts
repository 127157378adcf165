import type { BatchOptions } from '@spanwise/tracer';

import { DURATION_FIX, parseJaegerDuration } from './jaeger-duration.ts';
import type { Variables } from './variables.ts';
import { LARGEST_NUMBER, parseWholeNumber, readTimeout, readWholeNumber } from './whole-number.ts';

/** What the environment says of batches; see `BatchOptions` for what the names mean. */
export type BatchingSettings = Pick<BatchOptions, 'scheduledDelayMillis' | 'maxQueueSpans' | 'maxBatchSpans' | 'retry'>;

const DELAY = ['OTEL_BSP_SCHEDULE_DELAY', 'JAEGER_REPORTER_FLUSH_INTERVAL'];
const QUEUE = ['OTEL_BSP_MAX_QUEUE_SIZE', 'JAEGER_REPORTER_MAX_QUEUE_SIZE'];

/** The reporter's own, unless given. */
const DEFAULT_QUEUE = 20_480;

/**
 * How spans are collected before they are sent: the variables of OpenTelemetry's batch processor, then those of Jaeger's
 * reporter. `OTEL_BSP_EXPORT_TIMEOUT` is the time for one batch with all its retries.
 *
 * Source: OpenTelemetry specification 1.x, "Batch Span Processor"; jaeger-client-node 3.19 and jaeger-client-go.
 */
export function readBatching(variables: Variables): BatchingSettings {
  const scheduledDelayMillis = readDelay(variables);
  const maxQueueSpans = readWholeNumber(variables, QUEUE, 1);
  const maxBatchSpans = readWholeNumber(
    variables,
    ['OTEL_BSP_MAX_EXPORT_BATCH_SIZE'],
    1,
    maxQueueSpans ?? DEFAULT_QUEUE,
  );
  const giveUpAfterMillis = readTimeout(variables, ['OTEL_BSP_EXPORT_TIMEOUT']);
  return {
    ...(scheduledDelayMillis !== undefined && { scheduledDelayMillis }),
    ...(maxQueueSpans !== undefined && { maxQueueSpans }),
    ...(maxBatchSpans !== undefined && { maxBatchSpans }),
    ...(giveUpAfterMillis !== undefined && { retry: { giveUpAfterMillis } }),
  };
}

function readDelay(variables: Variables): number | undefined {
  const [otel, jaeger] = [parseWholeNumber(0, LARGEST_NUMBER), parseJaegerDuration(0, LARGEST_NUMBER)];
  const isOtel = variables.firstSet(DELAY) === DELAY[0];
  const fix = isOtel ? `write milliseconds from 0 to ${LARGEST_NUMBER}` : DURATION_FIX;
  return variables.read(DELAY, isOtel ? otel : jaeger, fix);
}

/** How long the tracer's HTTP transport waits for an answer, unless given. */
const DEFAULT_TIMEOUT_MILLIS = 10_000;

/** One request of a batch must not take longer than all of them may. */
export function withinExportTimeout<Settings extends { readonly timeoutMillis?: number }>(
  settings: Settings,
  { retry }: BatchingSettings,
): Settings {
  const most = retry?.giveUpAfterMillis ?? LARGEST_NUMBER;
  return most < (settings.timeoutMillis ?? DEFAULT_TIMEOUT_MILLIS) ? { ...settings, timeoutMillis: most } : settings;
}
