import { traceOutlineType } from '@spanwise/wire/query';
import { z } from 'zod';

import {
  collectorAnswer,
  errorAnswer,
  operationsAnswer,
  serviceEdgesAnswer,
  servicesAnswer,
  statisticsAnswer,
  tagKeysAnswer,
  traceColumns,
  traceSearchAnswer,
  tracesOverviewAnswer,
} from './answers.ts';
import {
  edgesParameters,
  noParameters,
  operationsParameters,
  overviewParameters,
  searchParameters,
  statisticsParameters,
  tagsParameters,
  traceParameters,
} from './parameters.ts';

/** One request of the API as the document describes it. */
interface Operation {
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  readonly parameters: z.ZodObject;
  readonly answer: z.ZodType;
  /** Answers that are no JSON: schemas by media type. */
  readonly otherAnswers?: Json;
  /** Statuses beside `commonRefusals`. */
  readonly refusals: readonly number[];
}

const operations: readonly Operation[] = [
  {
    path: '/services',
    id: 'services',
    summary: 'Names of services',
    parameters: noParameters,
    answer: servicesAnswer,
    refusals: [400, 503],
  },
  {
    path: '/services/statistics',
    id: 'serviceStatistics',
    summary: 'Rates, errors and latencies of services, or of the operations of one',
    description: 'By the minute, of finished spans. Says from when on it is complete.',
    parameters: statisticsParameters,
    answer: statisticsAnswer,
    refusals: [400, 503],
  },
  {
    path: '/services/edges',
    id: 'serviceEdges',
    summary: 'Calls between services, and to databases and brokers',
    description: 'By the minute. Says from when on it is complete.',
    parameters: edgesParameters,
    answer: serviceEdgesAnswer,
    refusals: [400, 503],
  },
  {
    path: '/operations',
    id: 'operations',
    summary: 'Operations of a service',
    parameters: operationsParameters,
    answer: operationsAnswer,
    refusals: [400, 503],
  },
  {
    path: '/tags',
    id: 'tags',
    summary: 'Keys of tags',
    parameters: tagsParameters,
    answer: tagKeysAnswer,
    refusals: [400, 503],
  },
  {
    path: '/traces',
    id: 'searchTraces',
    summary: 'Search for traces, newest first',
    description:
      'Answers with what it has, and `complete: false`, when its time ends first: also while the store replays its journal.',
    parameters: searchParameters,
    answer: traceSearchAnswer,
    refusals: [400],
  },
  {
    path: '/traces/overview',
    id: 'tracesOverview',
    summary: 'How many traces a search is about, by time, duration and what is in them',
    description: 'Counts what the search would find without a limit, newest first. Ends early as the search does.',
    parameters: overviewParameters,
    answer: tracesOverviewAnswer,
    refusals: [400],
  },
  {
    path: '/traces/{traceId}',
    id: 'trace',
    summary: 'All spans of a trace, as columns',
    description:
      'Or those that start in a range. With `mostSpans`, a larger trace is answered with its outline: the tree and its times, without attributes and events, in typed arrays.',
    parameters: traceParameters,
    answer: traceColumns,
    otherAnswers: { [traceOutlineType]: { type: 'string', format: 'binary' } },
    refusals: [400, 404, 503],
  },
  {
    path: '/openapi.json',
    id: 'openApi',
    summary: 'This document',
    parameters: noParameters,
    answer: z.looseObject({ openapi: z.string(), paths: z.looseObject({}) }),
    refusals: [],
  },
  {
    path: '/collector',
    id: 'collector',
    summary: 'Version of the collector, and where it takes spans',
    parameters: noParameters,
    answer: collectorAnswer,
    refusals: [400],
  },
];

/** What every request may be refused with. */
const commonRefusals = [403, 405, 500];

const meanings: Readonly<Record<number, string>> = {
  400: 'A parameter is wrong',
  403: 'The Host or Origin is not one of this collector',
  404: 'There is no such trace here',
  405: 'The method is neither GET nor HEAD',
  500: 'The collector failed; its log says why',
  503: 'The store replays its journal after a fault and cannot answer yet',
};

const retryAfter = { 'Retry-After': { description: 'In how many seconds to ask again', schema: { type: 'integer' } } };

type Json = Readonly<Record<string, unknown>>;

/** The OpenAPI 3.1 document of `/api/spanwise/v1`, made from the schemas that check its requests. */
export function openApiDocument(version: string): Json {
  return {
    openapi: '3.1.0',
    info: { title: 'Spanwise', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/api/spanwise/v1' }],
    paths: Object.fromEntries(operations.map((operation) => [operation.path, { get: describe(operation) }])),
    components: { schemas: { ErrorAnswer: schemaOf(errorAnswer, 'output') } },
  };
}

function describe(operation: Operation): Json {
  const { id, summary, description, path, parameters, answer, refusals } = operation;
  const others = Object.entries(operation.otherAnswers ?? {}).map(([type, schema]) => [type, { schema }]);
  const content = { 'application/json': { schema: schemaOf(answer, 'output') }, ...Object.fromEntries(others) };
  return {
    operationId: id,
    summary,
    description,
    parameters: [...pathParameters(path), ...queryParameters(parameters)],
    responses: {
      200: { description: 'OK', content },
      ...Object.fromEntries([...refusals, ...commonRefusals].map((status) => [status, refusal(status)])),
    },
  };
}

function refusal(status: number): Json {
  return {
    description: meanings[status],
    headers: status === 503 ? retryAfter : undefined,
    content: { 'application/json': { schema: { $ref: '#/components/schemas/ErrorAnswer' } } },
  };
}

function pathParameters(path: string): Json[] {
  if (!path.includes('{traceId}')) return [];
  const schema = { type: 'string', pattern: '^[0-9a-fA-F]{1,32}$' };
  return [{ name: 'traceId', in: 'path', required: true, description: '1 to 32 hex digits', schema }];
}

function queryParameters(parameters: z.ZodObject): Json[] {
  const { properties = {}, required = [] } = schemaOf(parameters, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, number, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    description,
    schema: number ?? schema,
  }));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
