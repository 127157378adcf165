import { parseTraceId } from '@spanwise/wire';
import type { TraceIdWords } from '@spanwise/wire';
import { traceOutlineType } from '@spanwise/wire/query';
import type {
  CollectorAnswer,
  ErrorAnswer,
  OperationsAnswer,
  ServiceEdgesAnswer,
  ServicesAnswer,
  StatisticsAnswer,
  TagKeysAnswer,
  TraceSearchAnswer,
  TracesOverviewAnswer,
} from '@spanwise/wire/query';
import type { FastifyInstance, FastifyReply } from 'fastify';

import { answerErrors } from '../../http/answer-errors.ts';
import type { FaultReport } from '../../http/answer-errors.ts';
import { RefusedRequest } from '../../http/refused-request.ts';
import type { OpenedTrace, SpanStore } from '../../storage/span-store.ts';
import { sendBytes, sendJson } from '../send-json.ts';
import { openApiDocument } from './openapi.ts';
import { noParameters, operationsParameters, tagsParameters } from './parameters.ts';
import type { RawQuery } from './parameters.ts';
import { parseEdges, parseOverview, parseQuery, parseSearch, parseStatistics, parseTracePart } from './parse-query.ts';
import type { TracePart } from './parse-query.ts';

/** What our own API needs to answer. */
export interface QueryParts {
  readonly store: SpanStore;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly version: string;
  /** Where spans are taken; known once every port listens. */
  readonly receivers: () => CollectorAnswer['receivers'];
  readonly report: FaultReport;
}

/** `/api/spanwise/v1`: our own query API; its messages are those of `@spanwise/wire/query`. */
export function spanwiseQuery(scope: FastifyInstance, parts: QueryParts): void {
  const { store, now, version, receivers, report } = parts;
  answerErrors(scope, report, (refusal, _request, reply) => refuseSpanwise(reply, refusal));
  scope.addHook('onRequest', async (_request, reply) => void reply.header('cache-control', 'no-store'));
  scope.get('/services', async ({ query }): Promise<ServicesAnswer> => {
    parseQuery(noParameters, query as RawQuery);
    return { services: await store.services() };
  });
  scope.get('/services/statistics', async ({ query }): Promise<StatisticsAnswer> => {
    return store.serviceStatistics(parseStatistics(query as RawQuery, now() * 1000));
  });
  scope.get('/services/edges', async ({ query }): Promise<ServiceEdgesAnswer> => {
    return store.serviceEdges(parseEdges(query as RawQuery, now() * 1000));
  });
  scope.get('/operations', async ({ query }): Promise<OperationsAnswer> => {
    const { service } = parseQuery(operationsParameters, query as RawQuery);
    return { operations: await store.operations(service) };
  });
  scope.get('/tags', async ({ query }): Promise<TagKeysAnswer> => {
    const { service } = parseQuery(tagsParameters, query as RawQuery);
    return { keys: await store.tagKeys(service) };
  });
  scope.get('/traces', async ({ query }): Promise<TraceSearchAnswer> => {
    return store.search(parseSearch(query as RawQuery, now() * 1000));
  });
  scope.get('/traces/overview', async ({ query }): Promise<TracesOverviewAnswer> => {
    return store.tracesOverview(parseOverview(query as RawQuery, now() * 1000));
  });
  scope.get('/traces/:traceId', async ({ params, query }, reply) => {
    const { form, bytes } = await readTrace(store, (params as { traceId: string }).traceId, query as RawQuery);
    return form === 'outline' ? sendBytes(reply, traceOutlineType, bytes) : sendJson(reply, bytes);
  });
  scope.get('/collector', async ({ query }): Promise<CollectorAnswer> => {
    parseQuery(noParameters, query as RawQuery);
    return { version, receivers: receivers() };
  });
  let document: ReturnType<typeof openApiDocument> | undefined;
  scope.get('/openapi.json', async () => (document ??= openApiDocument(version)));
}

/** Writes a refusal as `ErrorAnswer`. */
export function refuseSpanwise(
  reply: FastifyReply,
  { code, message, hint, status, headers }: RefusedRequest,
): FastifyReply {
  const answer: ErrorAnswer = { error: { code, message, hint } };
  return reply.code(status).headers(headers).type('application/json; charset=utf-8').send(answer);
}

/** `TraceColumns` as JSON, or an outline. */
async function readTrace(store: SpanStore, text: string, query: RawQuery): Promise<OpenedTrace> {
  const part = parseTracePart(query);
  const id = parseTraceId(text);
  if (id === undefined) {
    const hint = 'a trace id is 1 to 32 hex digits, not all zero';
    throw new RefusedRequest('invalid-parameter', `"${text}" is no trace id`, { hint });
  }
  const opened = await readPart(store, id, part);
  if (opened === undefined) {
    const hint = 'it may be older than what is kept, or not have arrived yet';
    const what = 'range' in part ? 'that starts in the range ' : '';
    throw new RefusedRequest('not-found', `no span of trace ${text} ${what}is here`, { hint });
  }
  return opened;
}

async function readPart(store: SpanStore, id: TraceIdWords, part: TracePart): Promise<OpenedTrace | undefined> {
  if ('mostSpans' in part && part.mostSpans !== undefined) return store.openTrace(id, part.mostSpans);
  const bytes = await store.encodeTrace(id, 'columns', 'range' in part ? part.range : undefined);
  return bytes && { form: 'columns', bytes };
}
