import { otlpReporter } from '@spanwise/tracer';
import type { OtlpReporterOptions } from '@spanwise/tracer';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { SinkProcess } from '../leak-processes.ts';
import type { AwayFigures, LeakPlan, LeakSample } from './figures.ts';
import { told } from './requests.ts';
import { settledHeap } from './settled-heap.ts';
import { WatchedTracer } from './watched-tracer.ts';

const steps = 10;
const perTurn = 50;

interface Variation {
  /** Characters of the text that each span has. */
  readonly textLength: number;
  readonly options: OtlpReporterOptions;
  /** Starts with a span that no batch takes. */
  readonly oversize?: boolean;
}

const variations: Readonly<Record<string, Variation>> = {
  'small spans': { textLength: 20, options: {} },
  'big spans': { textLength: 4_000, options: {} },
  'big spans, given up soon': {
    textLength: 4_000,
    options: { retry: { initialDelayMillis: 50, maxDelayMillis: 100, giveUpAfterMillis: 1_000 } },
    oversize: true,
  },
};
/** No queue that anybody wants. */
const unbounded: OtlpReporterOptions = { maxQueueSpans: 400_000, maxQueueBytes: 256 << 20 };

/** Starts and finishes spans while nobody answers at the sink's address, and then closes. */
export async function measureAway(plan: LeakPlan, progress: (line: string) => void): Promise<AwayFigures> {
  const variation = variations[plan.variation];
  if (variation === undefined) throw new Error(`no variation "${plan.variation}"`);
  const sink = await SinkProcess.start();
  await sink.goAway();
  const options = { ...variation.options, ...(plan.breaks && unbounded) };
  const watched = new WatchedTracer(otlpReporter({ url: sink.url, logger: { warn() {} }, ...options }), false);
  const startBytes = await settledHeap();
  if (variation.oversize === true) oversizeSpan(watched);
  const samples: LeakSample[] = [];
  for (let step = 1; step <= steps; step += 1) {
    while (watched.application.started < (plan.count * step) / steps) {
      for (let index = 0; index < perTurn; index += 1) job(watched, variation.textLength);
      await nextTurn();
    }
    samples.push(await watched.sample(true));
    progress(told(samples.at(-1)!));
  }
  await watched.tracer.close({ deadlineMillis: 100 });
  const closed = await watched.sample(true);
  progress(`closed: ${told(closed)}`);
  return { startBytes, samples, closed };
}

/** A parent and its child. */
function job({ tracer, application }: WatchedTracer, textLength: number): void {
  const text = Buffer.alloc(textLength, String(application.started)).toString('latin1');
  application.started += 2;
  tracer.withActiveSpan('job', { tags: { text } }, () => {
    tracer.startSpan('part', { tags: { text } }).log({ event: 'done' }).finish();
  });
}

/** A hundred tags of 16,000 characters: more than a batch may have. */
function oversizeSpan({ tracer, application }: WatchedTracer): void {
  const span = tracer.startSpan('oversize');
  application.started += 1;
  for (let index = 0; index < 100; index += 1) span.setTag(`tag-${index}`, 'o'.repeat(16_000));
  span.finish();
}
