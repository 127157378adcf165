import { parseTraceId, traceIdHex } from '@spanwise/wire';
import { toTraceColumns } from '@spanwise/wire/query';
import type {
  ErrorAnswer,
  OperationsAnswer,
  ServicesAnswer,
  TagKeysAnswer,
  TraceColumns,
  TraceSearchAnswer,
} from '@spanwise/wire/query';
import type { FastifyInstance, FastifyReply } from 'fastify';

import { answerErrors } from '../../http/answer-errors.ts';
import type { FaultReport } from '../../http/answer-errors.ts';
import { RefusedRequest } from '../../http/refused-request.ts';
import type { SpanStore } from '../../storage/span-store.ts';
import { mapInTurns } from '../map-in-turns.ts';
import { toTraceSummary } from '../trace-summary.ts';
import { openApiDocument } from './openapi.ts';
import { noParameters, operationsParameters, tagsParameters } from './parameters.ts';
import type { RawQuery } from './parameters.ts';
import { parseQuery, parseSearch } from './parse-query.ts';

/** What our own API needs to answer. */
export interface QueryParts {
  readonly store: SpanStore;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly version: string;
  readonly report: FaultReport;
}

/** `/api/spanwise/v1`: our own query API; its messages are those of `@spanwise/wire/query`. */
export function spanwiseQuery(scope: FastifyInstance, { store, now, version, report }: QueryParts): void {
  answerErrors(scope, report, (refusal, _request, reply) => refuseSpanwise(reply, refusal));
  scope.addHook('onRequest', async (_request, reply) => void reply.header('cache-control', 'no-store'));
  scope.get('/services', async ({ query }): Promise<ServicesAnswer> => {
    parseQuery(noParameters, query as RawQuery);
    return { services: await store.services() };
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
    const result = await store.search(parseSearch(query as RawQuery, now() * 1000));
    return { ...result, traces: await mapInTurns(result.traces, toTraceSummary) };
  });
  scope.get('/traces/:traceId', async ({ params, query }): Promise<TraceColumns> => {
    parseQuery(noParameters, query as RawQuery);
    return readTrace(store, (params as { traceId: string }).traceId);
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

async function readTrace(store: SpanStore, text: string): Promise<TraceColumns> {
  const id = parseTraceId(text);
  if (id === undefined) {
    const hint = 'a trace id is 1 to 32 hex digits, not all zero';
    throw new RefusedRequest('invalid-parameter', `"${text}" is no trace id`, { hint });
  }
  const spans = await store.trace(id);
  const first = spans[0];
  if (first === undefined) {
    const hint = 'it may be older than what is kept, or not have arrived yet';
    throw new RefusedRequest('not-found', `no span of trace ${text} is here`, { hint });
  }
  return toTraceColumns(traceIdHex(first), spans);
}
