import type {
  CollectorAnswer,
  ErrorAnswer,
  LatencySums,
  OperationsAnswer,
  ServiceEdgesAnswer,
  ServicesAnswer,
  StatisticsAnswer,
  SumsExtent,
  TagKeysAnswer,
  TraceColumns,
  TraceSearchAnswer,
  TraceSummary,
  TracesOverviewAnswer,
} from '@spanwise/wire/query';
import { z } from 'zod';

/*
 * The answers of the API as schemas, for its OpenAPI document and for tests that hold the answers to it. That each one
 * describes the type of `@spanwise/wire/query` is checked by the compiler.
 */

const traceId = z.string().regex(/^[0-9a-f]{32}$/);
const spanId = z.string().regex(/^[0-9a-f]{16}$/);
const micros = z.number();
const count = z.int().min(0);

export const servicesAnswer: z.ZodType<ServicesAnswer> = z.object({
  services: z
    .array(z.string())
    .describe('an empty name stands for spans without one; they are found by what else is in them'),
});

export const operationsAnswer: z.ZodType<OperationsAnswer> = z.object({
  operations: z.array(
    z.object({ name: z.string(), kind: z.int().min(0).max(5).describe("OTLP's number of the span's kind") }),
  ),
});

export const tagKeysAnswer: z.ZodType<TagKeysAnswer> = z.object({ keys: z.array(z.string()) });

const traceSummary: z.ZodType<TraceSummary> = z.object({
  traceId,
  rootService: z.string(),
  rootName: z.string(),
  rootMissing: z.boolean().describe('whether every span names a parent; the root is then the earliest orphan'),
  startMicros: micros,
  durationMicros: micros,
  spanCount: count,
  errorCount: count,
  services: z.array(z.object({ name: z.string(), spanCount: count, errorCount: count, selfMicros: micros })),
  matchedSpanIds: z.array(spanId).max(10),
});

export const traceSearchAnswer: z.ZodType<TraceSearchAnswer> = z.object({
  traces: z.array(traceSummary),
  complete: z.boolean().describe('whether everything in the asked range was looked at'),
  searchedBackToMicros: micros,
});

export const tracesOverviewAnswer: z.ZodType<TracesOverviewAnswer> = z.object({
  traceCount: count,
  complete: z.boolean().describe('whether everything in the asked range was counted'),
  searchedBackToMicros: micros,
  startMicros: micros,
  endMicros: micros,
  columns: count.describe('in how many parts the range is divided'),
  cells: z
    .object({
      columns: z.array(count).describe('the part of the range in which the newest matching span starts'),
      buckets: z.array(count).describe("bucket b holds traces' durations from 2^(b/2) µs on, below 2^((b+1)/2) µs"),
      counts: z.array(count),
      errors: z.array(count).describe('how many of them have a failed span'),
    })
    .describe('lists of the same length, a place for each cell that is not empty'),
  facets: z
    .array(
      z.object({
        field: z.enum(['service', 'operation', 'trace.error', 'tag']),
        key: z.string().optional().describe('of the tag'),
        values: z.array(z.object({ value: z.string(), count })).max(10),
        distinct: count.describe('how many values there are'),
      }),
    )
    .describe('traces by what their matching spans have; tags that tell slow and failed ones best from the others'),
});

const attributes = z.array(z.any()).describe('keys and values in turn');
const indexes = z.array(z.int().min(0));

export const traceColumns: z.ZodType<TraceColumns> = z.object({
  traceId,
  count,
  baseMicros: micros,
  names: z.array(z.string()),
  resources: z.array(z.object({ serviceName: z.string(), attributes })),
  scopes: z.array(z.object({ name: z.string(), version: z.string() })),
  spans: z.object({
    spanId: z.array(spanId),
    parentId: z.array(z.string()).describe('empty for a root'),
    name: indexes.describe('into names'),
    resource: indexes.describe('into resources'),
    scope: indexes.describe('into scopes'),
    kind: z.array(z.int()),
    status: z.array(z.int()),
    startOffsetMicros: z.array(z.number()),
    startNanos: z.array(z.int()),
    durationNanos: z.array(z.number().nullable()).describe('null when the span has no end'),
    marks: z.array(z.int()).describe('1 shared, 2 debug, 4 unfinished'),
    flags: z.array(z.int()),
    attributes: z.array(attributes),
    details: z.record(z.string(), z.any()).describe('by index, what few spans have: events, links, endpoints, …'),
  }),
});

const sumsExtent = {
  startMicros: micros.describe('the range in whole minutes: from here on'),
  endMicros: micros.describe('and before here'),
  completeFromMicros: micros.describe(
    'everything that starts from here on is counted; later than startMicros while older data is still summed up',
  ),
  joined: z
    .boolean()
    .describe('whether traces that arrived in several parts were looked at as a whole; if not, calls may be missing'),
} satisfies Record<keyof SumsExtent, z.ZodType>;

const percentile = micros.nullable().describe('at most 4.4 % wrong; null when none had a duration');
const weight = z.number().min(0);

const latencySums = {
  count: weight.describe('weighted by the inverse of the probability of being sampled'),
  errors: weight,
  durationSumMicros: micros,
  p50Micros: percentile,
  p95Micros: percentile,
  p99Micros: percentile,
  histogram: z.object({
    buckets: z
      .array(z.int())
      .describe('bucket i holds durations above 2^(i/8) ns up to 2^((i+1)/8) ns, -1 all up to 1 ns'),
    counts: z.array(z.number()).describe('weighted, by bucket'),
    exemplars: z.array(traceId).describe('a trace with a span in the bucket'),
  }),
} satisfies Record<keyof LatencySums, z.ZodType>;

export const statisticsAnswer: z.ZodType<StatisticsAnswer> = z.object({
  ...sumsExtent,
  stepMicros: micros,
  statistics: z.array(
    z.object({
      service: z.string(),
      operation: z.string().nullable().describe('null for all of the service'),
      kind: z.int().min(0).max(5),
      ...latencySums,
      steps: z
        .object({
          counts: z.array(weight),
          errors: z.array(weight),
          p50Micros: z.array(micros.nullable()),
          p95Micros: z.array(micros.nullable()),
          p99Micros: z.array(micros.nullable()),
          exemplars: z
            .array(z.object({ step: count, traceId, durationMicros: micros }))
            .optional()
            .describe('when asked for: traces at the median, at the 95th percentile, and of the slowest, by step'),
        })
        .describe('by step of stepMicros from startMicros on'),
    }),
  ),
});

export const serviceEdgesAnswer: z.ZodType<ServiceEdgesAnswer> = z.object({
  ...sumsExtent,
  edges: z.array(
    z.object({
      caller: z.string(),
      callee: z.string(),
      calleeKind: z.enum(['service', 'database', 'broker']),
      ...latencySums,
    }),
  ),
});

export const collectorAnswer: z.ZodType<CollectorAnswer> = z.object({
  version: z.string(),
  receivers: z
    .object({
      otlpHttp: z.url().nullable().describe('for OTLP over HTTP; null when its port is off'),
      otlpGrpc: z.url().nullable().describe('for OTLP over gRPC; null when its port is off'),
      zipkin: z.url().describe("for Zipkin's JSON version 2"),
      jaegerHttp: z.url().nullable().describe("for Jaeger's Thrift over HTTP; null when its port is off"),
      jaegerCompact: z
        .url()
        .nullable()
        .describe("for Jaeger's agents in the compact protocol; null when its port is off"),
      jaegerBinary: z
        .url()
        .nullable()
        .describe("for Jaeger's agents in the binary protocol; null when its port is off"),
    })
    .describe('addresses to send spans to, as the collector listens'),
});

export const errorAnswer: z.ZodType<ErrorAnswer> = z.object({
  error: z.object({
    code: z.string().describe('stable and machine-readable'),
    message: z.string(),
    hint: z.string().optional(),
  }),
});
