import { z } from 'zod';

import {
  collectorAnswer,
  errorAnswer,
  operationsAnswer,
  servicesAnswer,
  tagKeysAnswer,
  traceColumns,
  traceSearchAnswer,
} from './answers.ts';
import { noParameters, operationsParameters, searchParameters, tagsParameters } from './parameters.ts';

/** One request of the API as the document describes it. */
interface Operation {
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly parameters: z.ZodObject;
  readonly answer: z.ZodType;
  readonly refusals: readonly number[];
}

const operations: readonly Operation[] = [
  {
    path: '/services',
    id: 'services',
    summary: 'Names of services',
    parameters: noParameters,
    answer: servicesAnswer,
    refusals: [400],
  },
  {
    path: '/operations',
    id: 'operations',
    summary: 'Operations of a service',
    parameters: operationsParameters,
    answer: operationsAnswer,
    refusals: [400],
  },
  {
    path: '/tags',
    id: 'tags',
    summary: 'Keys of tags',
    parameters: tagsParameters,
    answer: tagKeysAnswer,
    refusals: [400],
  },
  {
    path: '/traces',
    id: 'searchTraces',
    summary: 'Search for traces, newest first',
    parameters: searchParameters,
    answer: traceSearchAnswer,
    refusals: [400],
  },
  {
    path: '/traces/{traceId}',
    id: 'trace',
    summary: 'All spans of a trace, as columns',
    parameters: noParameters,
    answer: traceColumns,
    refusals: [400, 404],
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

function describe({ id, summary, path, parameters, answer, refusals }: Operation): Json {
  const refusal = {
    description: 'Refused',
    content: { 'application/json': { schema: { $ref: '#/components/schemas/ErrorAnswer' } } },
  };
  return {
    operationId: id,
    summary,
    parameters: [...pathParameters(path), ...queryParameters(parameters)],
    responses: {
      200: { description: 'OK', content: { 'application/json': { schema: schemaOf(answer, 'output') } } },
      ...Object.fromEntries([...refusals, 403].map((status) => [status, refusal])),
    },
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
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    description,
    schema,
  }));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
