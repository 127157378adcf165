import type { SpanEncoder } from '@spanwise/wire';

import { loggerOf, randomOf, timersOf } from '../internal/check-parts.ts';
import { invalidOption, wholeNumber } from '../internal/invalid-option.ts';
import { knownOptions } from '../internal/known-options.ts';
import type { Logger } from '../logger.ts';
import type { RetryOptions, RetryPolicy } from './back-off.ts';
import { checkRetry } from './back-off.ts';
import type { Timers } from '../timers.ts';
import { longestTimerMillis } from '../timers.ts';
import type { Transport } from './transport.ts';

/** How a `batchReporter` collects and sends, whatever the format. */
export interface BatchOptions {
  /** A batch is sent when it holds so many spans. 512 unless given, or `maxQueueSpans` where that is less. */
  readonly maxBatchSpans?: number;
  /** … or so many encoded bytes; a single span beyond this is given up as `oversize`. 1 MiB unless given. */
  readonly maxBatchBytes?: number;
  /** … or when its first span has waited so long. 1,000 unless given. */
  readonly scheduledDelayMillis?: number;
  /** Spans held at once, waiting and in flight; newer ones are given up as `queue-full`. 20,480 unless given. */
  readonly maxQueueSpans?: number;
  /** Encoded bytes held at once; newer spans are given up as `queue-full`. 16 MiB unless given. */
  readonly maxQueueBytes?: number;
  /** Requests at once. 2 unless given; 1 while the backend fails. */
  readonly maxConcurrentExports?: number;
  /**
   * How often, and after how long, a batch that could not be delivered is sent again; see {@link RetryOptions} for the
   * defaults.
   */
  readonly retry?: RetryOptions;
  /** For lost spans, and for a backend that takes none now: of each a line a minute at most. The console unless given. */
  readonly logger?: Logger;
  /** For tests. */
  readonly timers?: Timers;
  /** Uniform in [0, 1), for the jitter. For tests. */
  readonly random?: () => number;
}

/** The names of `BatchOptions`. */
export const batchOptionNames: readonly (keyof BatchOptions)[] = [
  'maxBatchSpans',
  'maxBatchBytes',
  'scheduledDelayMillis',
  'maxQueueSpans',
  'maxQueueBytes',
  'maxConcurrentExports',
  'retry',
  'logger',
  'timers',
  'random',
];

/** How a `batchReporter` encodes, collects and sends. */
export interface BatchReporterOptions extends BatchOptions {
  /** The format: one of `@spanwise/wire`, or your own. It belongs to this reporter alone. */
  readonly encoder: SpanEncoder;
  /** Where batches go. The reporter closes it when it is closed itself. */
  readonly transport: Transport;
  /** The backend's name in log lines. */
  readonly destination?: string;
}

export interface CheckedBatchOptions extends Required<Omit<BatchReporterOptions, 'retry'>> {
  readonly retry: RetryPolicy;
}

/** Fills in the defaults; throws a `TypeError` that shows the value for anything wrong. */
export function checkBatchOptions(options: BatchReporterOptions): CheckedBatchOptions {
  knownOptions('batchReporter', options, [...batchOptionNames, 'encoder', 'transport', 'destination']);
  const whole = (name: keyof BatchOptions, fallback: number, least: number, most?: number): number =>
    wholeNumber(`batchReporter: ${name}`, options[name] as number | undefined, fallback, least, most);
  const maxQueueSpans = whole('maxQueueSpans', 20_480, 1);
  const checked: CheckedBatchOptions = {
    encoder: options.encoder,
    transport: options.transport,
    destination: options.destination ?? 'the backend',
    // A batch larger than the queue would never be full: spans would be given up while they wait for its time.
    maxBatchSpans: whole('maxBatchSpans', Math.min(512, maxQueueSpans), 1),
    maxBatchBytes: whole('maxBatchBytes', 1 << 20, 1024),
    scheduledDelayMillis: whole('scheduledDelayMillis', 1000, 0, longestTimerMillis),
    maxQueueSpans,
    maxQueueBytes: whole('maxQueueBytes', 16 << 20, 1024),
    maxConcurrentExports: whole('maxConcurrentExports', 2, 1),
    retry: checkRetry('batchReporter: retry', options.retry),
    logger: loggerOf('batchReporter: logger', options.logger),
    timers: timersOf('batchReporter: timers', options.timers),
    random: randomOf('batchReporter: random', options.random),
  };
  if (typeof checked.encoder?.add !== 'function') {
    throw invalidOption(
      'batchReporter: encoder',
      options.encoder,
      'must be a SpanEncoder, such as new OtlpProtobufEncoder()',
    );
  }
  if (typeof checked.transport?.send !== 'function' || typeof checked.transport.close !== 'function') {
    throw invalidOption(
      'batchReporter: transport',
      options.transport,
      'must be a Transport, such as httpTransport({ url })',
    );
  }
  return checked;
}
