import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { answerErrors } from './http/answer-errors.ts';
import type { FaultReport } from './http/answer-errors.ts';
import type { CallerCheck } from './http/caller-check.ts';
import { createApp } from './http/create-app.ts';
import { KnownMethods } from './http/known-methods.ts';
import type { IngestCounters } from './ingest/ingest-counters.ts';
import type { SpanIntake } from './ingest/span-intake.ts';
import { zipkinHttpIngest } from './ingest/zipkin-http.ts';
import { collectorMetrics } from './metrics/collector-metrics.ts';
import type { EventLoopWatch } from './metrics/event-loop-watch.ts';
import { prometheusMediaType, prometheusText } from './metrics/prometheus-text.ts';
import type { Page } from './page/page.ts';
import { refuseSpanwise, spanwiseQuery } from './query/spanwise/routes.ts';
import type { QueryParts } from './query/spanwise/routes.ts';
import { zipkinQuery } from './query/zipkin/routes.ts';
import type { SpanStore } from './storage/span-store.ts';

/** What the ports of a collector share. */
export interface AppParts {
  readonly store: SpanStore;
  readonly intake: SpanIntake;
  readonly counters: IngestCounters;
  readonly check: CallerCheck;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly version: string;
  readonly report: FaultReport;
  /** Tells people what senders cannot be told. */
  readonly complain: (line: string) => void;
  /** Longest time that one request body may take to arrive. */
  readonly bodyTimeoutMillis: number;
}

/** What the main port needs besides. */
export interface MainAppParts extends AppParts, Pick<QueryParts, 'receivers'> {
  readonly page: Page;
  readonly eventLoop: EventLoopWatch;
}

/** The main port: the page, both query APIs, Zipkin ingest, `/metrics` and `/health`. */
export function createMainApp(parts: MainAppParts): FastifyInstance {
  const app = createApp(parts.bodyTimeoutMillis, (refusal, _request, reply) => refuseSpanwise(reply, refusal));
  const methods = new KnownMethods(app);
  app.addHook('onSend', async (_request, reply) => void reply.headers(protection));
  answerErrors(app, parts.report, (refusal, _request, reply) => refuseSpanwise(reply, refusal));
  app.setNotFoundHandler((request, reply) => answerUnknown(request, reply, methods, parts));
  void app.register(async (scope) => zipkinHttpIngest(scope, parts));
  void app.register(async (scope) => readerRoutes(scope, parts));
  app.get('/health', async (_request, reply) => health(reply, parts.intake));
  return app;
}

/** Answers are for this origin's pages alone, and are what their type says. */
const protection = { 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin' };

function readerRoutes(scope: FastifyInstance, parts: MainAppParts): void {
  const { store, counters, check, page, eventLoop } = parts;
  scope.addHook('onRequest', async (request) => check.checkReader(request.headers));
  void scope.register(async (api) => spanwiseQuery(api, parts), { prefix: '/api/spanwise/v1' });
  void scope.register(async (api) => zipkinQuery(api, parts), { prefix: '/api/v2' });
  void scope.register(async (api) => zipkinQuery(api, parts), { prefix: '/zipkin/api/v2' });
  scope.get('/metrics', async (_request, reply) =>
    reply.type(prometheusMediaType).send(prometheusText(collectorMetrics(counters, store.stats(), eventLoop.delay))),
  );
  page.register(scope);
}

function answerUnknown(
  request: FastifyRequest,
  reply: FastifyReply,
  methods: KnownMethods,
  { check, page }: { check: CallerCheck; page: Page },
): FastifyReply {
  check.checkReader(request.headers);
  const refusal = methods.refusalFor(request.method, request.url);
  if (refusal.code === 'not-found' && page.isRoute(request.method, request.url)) return page.sendIndex(reply);
  return refuseSpanwise(reply, refusal);
}

/**
 * Zipkin's health form: `DOWN` and 503 when the store lately took nothing; `UP` with a note once that is a while ago
 * and nothing came since.
 */
function health(reply: FastifyReply, { storageFailure }: SpanIntake): FastifyReply {
  if (storageFailure === undefined) return reply.send({ status: 'UP' });
  if (!storageFailure.isRecent) {
    return reply.send({ status: 'UP', note: `the last spans were not stored: ${storageFailure.message}` });
  }
  return reply.code(503).send({ status: 'DOWN', reason: storageFailure.message });
}
