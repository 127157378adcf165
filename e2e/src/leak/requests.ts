import { NodeRuntimeProbe } from '@spanwise/node';
import { FORMAT_HTTP_HEADERS } from '@spanwise/opentracing';
import type { Span } from '@spanwise/opentracing';
import { otlpReporter, tailSampling } from '@spanwise/tracer';
import type { Reporter, TracerOptions } from '@spanwise/tracer';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

import { SinkProcess } from '../leak-processes.ts';
import type { LeakPlan, LeakSample, RequestFigures } from './figures.ts';
import { WatchedTracer } from './watched-tracer.ts';

/** Requests under way at once. */
const atOnce = 64;
const steps = 10;
/** The sink goes away after the fourth tenth of the spans and comes back after the fifth. */
const awayInStep = 5;
/** While the sink answers, requests wait when so many spans do: what is given up is given up because it is away. */
const mostHeld = 10_000;

/** What a variation does beside plain requests. */
interface Variation {
  readonly reporter?: (reporter: Reporter) => Reporter;
  readonly options?: () => TracerOptions;
  /** What a request comes with. */
  readonly headers?: (request: number) => Record<string, string>;
  /** One child in so many is never finished, and nothing of the application keeps it. */
  readonly forgetsEach?: number;
  /** So many spans stay open for many requests. */
  readonly longLived?: number;
  /** Whether requests set baggage, and send it on. */
  readonly baggage?: boolean;
}

/** One request in so many was not sampled where it comes from. */
const unsampledEach = 10;
const requestsPerLongLived = 200;

const variations: Readonly<Record<string, Variation>> = {
  plain: { forgetsEach: 100 },
  'tail sampling': { reporter: (reporter) => tailSampling(reporter, { probability: 0.1 }) },
  'long-running spans': {
    options: () => ({ longRunningSpans: { afterMillis: 1_000, everyMillis: 60_000 } }),
    forgetsEach: 20,
    longLived: 1_000,
  },
  'runtime probe': { options: () => ({ runtimeProbe: new NodeRuntimeProbe() }), forgetsEach: 100 },
  'remote parents': { headers: (request) => remoteParent(request, request % unsampledEach !== 0) },
  baggage: {
    headers: (request) => ({
      ...remoteParent(request, true),
      baggage: `customer=customer-${request},session=${'s'.repeat(200)}${request};secure`,
    }),
    baggage: true,
  },
};

/** Serves requests until as many spans are started as the plan says. */
export async function measureRequests(plan: LeakPlan, progress: (line: string) => void): Promise<RequestFigures> {
  const variation = variations[plan.variation];
  if (variation === undefined) throw new Error(`no variation "${plan.variation}"`);
  const sink = await SinkProcess.start();
  const otlp = otlpReporter({ url: sink.url, logger: { warn() {} } });
  const reporter = variation.reporter?.(otlp) ?? otlp;
  const watched = new WatchedTracer(reporter, plan.breaks, variation.options?.());
  const requests = new Requests(watched, variation);
  const started = performance.now();
  const samples: LeakSample[] = [];
  for (let step = 1; step <= steps; step += 1) {
    if (step === awayInStep) await sink.goAway();
    while (watched.application.started < (plan.count * step) / steps) {
      while (!sink.isAway && watched.held > mostHeld) await sleep(2);
      await requests.serve(atOnce);
    }
    if (!sink.isAway) await watched.tracer.flush({ deadlineMillis: 120_000 });
    const sample = await watched.sample(sink.isAway);
    samples.push(sample);
    progress(told(sample));
    if (sink.isAway) await sink.comeBack();
  }
  const seconds = (performance.now() - started) / 1000;
  await watched.tracer.close();
  await sink.goAway();
  return { samples, seconds };
}

/** One line about a sample. */
export function told({ heapBytes, sinkAway, application, tracer }: LeakSample): string {
  const [reporter] = tracer.reporters;
  const { delivered = 0, queued = 0, givenUp = {} } = reporter ?? {};
  const counts = `${delivered} delivered, ${queued} queued, given up ${JSON.stringify(givenUp)}`;
  const heap = `${(heapBytes / 1e6).toFixed(2)} MB`;
  return `${application.started} spans, ${heap}${sinkAway ? ', the sink is away' : ''}; ${counts}`;
}

class Requests {
  readonly #watched: WatchedTracer;
  readonly #variation: Variation;
  readonly #longLived: Span[] = [];
  #served = 0;

  constructor(watched: WatchedTracer, variation: Variation) {
    this.#watched = watched;
    this.#variation = variation;
  }

  /** So many requests at once. */
  async serve(count: number): Promise<void> {
    const { longLived = 0 } = this.#variation;
    if (longLived > 0 && this.#served % requestsPerLongLived < count) this.#renewLongLived(longLived);
    await Promise.all(Array.from({ length: count }, () => this.#request((this.#served += 1))));
  }

  async #request(request: number): Promise<void> {
    const { tracer, application } = this.#watched;
    const headers = this.#variation.headers?.(request);
    const parent = headers && tracer.extract(FORMAT_HTTP_HEADERS, headers);
    application.started += 2;
    if (headers?.['traceparent']?.endsWith('00') === true) application.unsampled += 2;
    const tags = { 'span.kind': 'server', 'http.method': 'GET', customer: `customer-${request}` };
    // Names without an end, and keys below, as applications make them by mistake.
    const name = `GET /products/${request}`;
    await tracer.withActiveSpan(name, { ...(parent && { childOf: parent }), tags }, async (root) => {
      if (this.#variation.baggage === true) root.setBaggageItem('request', `request-${request}`);
      await Promise.resolve();
      await this.#query(request);
      root.setTag('http.status_code', request % 100 === 0 ? 500 : 200);
      if (request % 100 === 0) root.setTag('error', true);
    });
  }

  async #query(request: number): Promise<void> {
    const { tracer, application } = this.#watched;
    const tags = { 'span.kind': 'client', 'db.statement': `SELECT * FROM products WHERE id = ${request}` };
    const { forgetsEach = Infinity } = this.#variation;
    if (request % forgetsEach === 0) {
      application.open += 1;
      tracer.startSpan('forgotten', { tags });
      return;
    }
    await tracer.withActiveSpan('query', { tags }, async (span) => {
      if (this.#variation.headers !== undefined) tracer.inject(span, FORMAT_HTTP_HEADERS, {});
      await nextTurn();
      span.log({ event: 'row', count: request % 7, message: `row of ${request}` });
      span.setTag(`field-${request % 100_000}`, request);
    });
  }

  /** The oldest of them ends when there are enough. */
  #renewLongLived(count: number): void {
    const { tracer, application } = this.#watched;
    this.#longLived.push(tracer.startSpan('subscription', { ignoreActiveSpan: true, tags: { 'span.kind': 'server' } }));
    application.started += 1;
    application.open += 1;
    if (this.#longLived.length <= count) return;
    this.#longLived.shift()?.finish();
    application.open -= 1;
  }
}

/** Ids that no other request has. */
function remoteParent(request: number, isSampled: boolean): Record<string, string> {
  const id = request.toString(16).padStart(16, '0');
  return { traceparent: `00-a${id.slice(1)}${id}-${id}-${isSampled ? '01' : '00'}`, tracestate: `vendor=value-${id}` };
}
