import type { FastifyInstance, FastifyReply } from 'fastify';

import { answerErrors } from '../../http/answer-errors.ts';
import type { FaultReport } from '../../http/answer-errors.ts';
import { RefusedRequest } from '../../http/refused-request.ts';
import { joinTraces } from '../../storage/encoding/trace-encodings.ts';
import type { SpanStore } from '../../storage/span-store.ts';
import { sendJson } from '../send-json.ts';
import type { DependencyLink } from './dependencies.ts';
import { dependencyLinks, parseDependencies } from './dependencies.ts';
import { lowerNames, ofService } from './lower-names.ts';
import { first, parseZipkinSearch } from './parse-search.ts';
import type { ZipkinQuery } from './parse-search.ts';
import { zipkinTraceId, zipkinTraceIds } from './trace-ids.ts';

/** Zipkin lets clients keep names for this long, once there are more than a few services. */
const namesCacheControl = 'max-age=300, must-revalidate';

/**
 * Zipkin's query API, version 2, for Zipkin's own page, Grafana and scripts. Refusals are plain text. Names are
 * answered in lower case and matched without regard to case; spans are answered as they came.
 */
export function zipkinQuery(
  scope: FastifyInstance,
  { store, now, report }: { store: SpanStore; now: () => number; report: FaultReport },
): void {
  answerErrors(scope, report, (refusal, _request, reply) => refuseZipkin(reply, refusal));
  nameRoutes(scope, store);
  traceRoutes(scope, store, now);
  scope.get('/dependencies', async ({ query }): Promise<DependencyLink[]> => {
    required(query, 'endTs');
    const { edges } = await store.serviceEdges(parseDependencies(query as ZipkinQuery, now()));
    return dependencyLinks(edges);
  });
}

/** Writes a refusal as Zipkin does: its text alone. */
function refuseZipkin(reply: FastifyReply, { message, status, headers }: RefusedRequest): FastifyReply {
  return reply.code(status).headers(headers).type('text/plain; charset=utf-8').send(message);
}

function nameRoutes(scope: FastifyInstance, store: SpanStore): void {
  const answerNames = async (reply: FastifyReply, names: readonly string[]): Promise<string[]> => {
    if ((await store.services()).length > 3) reply.header('cache-control', namesCacheControl);
    return lowerNames(names);
  };
  scope.get('/services', async (_request, reply) => answerNames(reply, await store.services()));
  scope.get('/spans', async ({ query }, reply) => {
    const operations = await ofService(store, required(query, 'serviceName'), (service) => store.operations(service));
    return answerNames(
      reply,
      operations.map(({ name }) => name),
    );
  });
  scope.get('/remoteServices', async ({ query }, reply) => {
    const names = await ofService(store, required(query, 'serviceName'), (service) => store.remoteServices(service));
    return answerNames(reply, names);
  });
  scope.get('/autocompleteKeys', async (_request, reply) => {
    reply.header('cache-control', namesCacheControl);
    return store.tagKeys();
  });
  scope.get('/autocompleteValues', async ({ query }, reply) => {
    required(query, 'key');
    reply.header('cache-control', namesCacheControl);
    return [];
  });
}

function traceRoutes(scope: FastifyInstance, store: SpanStore, now: () => number): void {
  scope.get('/traces', async ({ query }, reply) => {
    const { traces } = await store.encodeSearch(parseZipkinSearch(query as ZipkinQuery, now()), 'zipkin-v2');
    return sendJson(reply, traces);
  });
  scope.get('/trace/:traceId', async ({ params }, reply) => {
    const text = (params as { traceId: string }).traceId;
    const spans = await store.encodeTrace(zipkinTraceId(text), 'zipkin-v2');
    if (spans === undefined) throw new RefusedRequest('not-found', `${text.trim()} not found`);
    return sendJson(reply, spans);
  });
  scope.get('/traceMany', async ({ query }, reply) => {
    const ids = zipkinTraceIds(first(query as ZipkinQuery, 'traceIds'));
    const traces = await Promise.all(ids.map((id) => store.encodeTrace(id, 'zipkin-v2')));
    return sendJson(reply, joinTraces(traces.filter((trace) => trace !== undefined)));
  });
}

function required(query: unknown, name: string): string {
  const value = first(query as ZipkinQuery, name);
  if (value === undefined || value === '')
    throw new RefusedRequest('invalid-parameter', `parameter '${name}' is missing`);
  return value;
}
