import { describeQueryProblem, parseTraceQuery } from '@spanwise/analysis';
import type { SearchCondition, TagTerm } from '@spanwise/wire/query';
import { z } from 'zod';

/** Query strings as they are parsed: a name that is given twice has an array. */
export type RawQuery = Readonly<Record<string, unknown>>;

/** A query string holds text; `number` in the description is the schema of what that text says. */
const micros = (description: string): z.ZodType<number | undefined, string | undefined> =>
  z
    .string()
    .regex(/^\d{1,16}$/, 'give whole microseconds, such as 1500')
    .transform(Number)
    .refine(Number.isSafeInteger, 'give whole microseconds below 2^53')
    .optional()
    .meta({ description, number: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } });

const upTo1000 = (usual: number, description: string): z.ZodType<number, string | undefined> =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'give a number from 1 to 1000')
    .transform(Number)
    .refine((number) => number >= 1 && number <= 1000, 'give a number from 1 to 1000')
    .default(usual)
    .meta({ description, number: { type: 'integer', minimum: 1, maximum: 1000, default: usual } });

const name = (description: string): z.ZodType<string | undefined, string | undefined> =>
  z.string().min(1, 'give a name, or leave the parameter out').optional().meta({ description });

/** `key=value`, or `key` alone. The first equals sign divides, so a value may hold more of them and a key none. */
function parseTag(text: string, context: z.RefinementCtx): TagTerm {
  const at = text.indexOf('=');
  const key = at < 0 ? text : text.slice(0, at);
  if (key === '') context.addIssue({ code: 'custom', message: 'give a tag as key=value, or key alone' });
  return at < 0 ? { key } : { key, value: text.slice(at + 1) };
}

/** Each condition of a query; refuses it with what is wrong and where. */
function parseConditions(text: string, context: z.RefinementCtx): readonly SearchCondition[] {
  const { conditions, problems } = parseTraceQuery(text);
  const [problem] = problems;
  if (problem !== undefined) {
    const place = JSON.stringify(text.slice(problem.from, problem.to));
    const message = `at character ${problem.from + 1}, ${place}: ${describeQueryProblem(problem)}`;
    context.addIssue({ code: 'custom', message });
  }
  return conditions;
}

/** What a search and an overview have in common. */
const spanParameters = {
  service: name('name of the service, exactly'),
  operation: name('name of the operation, exactly'),
  tag: z
    .union([z.string().transform((text) => [text]), z.array(z.string())])
    .pipe(z.array(z.string().transform(parseTag)).max(100, 'give at most 100 tags'))
    .optional()
    .meta({ description: 'a tag that a span has, as key=value or key; may be repeated, and all must hold' }),
  minDurationMicros: micros('shortest duration of a span'),
  maxDurationMicros: micros('longest duration of a span'),
  startMicros: micros('earliest start of a span, inclusive; a day before the end when absent'),
  endMicros: micros('latest start of a span, inclusive; now when absent'),
  match: z.enum(['span', 'trace'], 'give span or trace').default('span').meta({
    description: 'whether one span has to meet every criterion, or each may be met by another span of the trace',
  }),
  q: z.string().max(10_000, 'give at most 10000 characters').transform(parseConditions).optional().meta({
    description:
      'further conditions in the language of queries, such as service=orders http.status_code>=500 duration>200ms !cache.hit',
  }),
};

/** The parameters of `GET traces`. */
export const searchParameters = z.strictObject({
  ...spanParameters,
  limit: upTo1000(20, 'how many traces at most, newest first; 1 to 1000'),
});

/** The parameters of `GET traces/overview`. */
export const overviewParameters = z.strictObject({
  ...spanParameters,
  columns: upTo1000(60, 'in how many columns the range is divided; 1 to 1000'),
  facet: z
    .union([z.string().transform((text) => [text]), z.array(z.string())])
    .pipe(z.array(z.string().min(1, 'give the key of a tag')).max(20, 'give at most 20 keys'))
    .optional()
    .meta({ description: 'key of a tag whose values are told in any case; may be repeated' }),
});

const sumsRange = {
  startMicros: micros('start of the first minute that counts; an hour before the end when absent'),
  endMicros: micros('an instant in the last minute that counts; now when absent'),
};

/** The parameters of `GET services/statistics`. */
export const statisticsParameters = z.strictObject({
  service: name('of the operations of this service; of all services when absent'),
  operation: name('of this operation, exactly; name its service as well to see it by itself'),
  ...sumsRange,
  by: z
    .enum(['service', 'operation'], 'give service or operation')
    .optional()
    .meta({ description: 'a line for each service or operation; by operation when a service is named' }),
  kinds: z.enum(['each', 'sides'], 'give each or sides').optional().meta({
    description:
      'sides: server with consumer, client with producer, internal with unspecified as one line; each kind by itself when absent',
  }),
  exemplars: z
    .enum(['none', 'steps'], 'give none or steps')
    .optional()
    .meta({ description: 'steps: examples of the traces of each step; none when absent' }),
  steps: upTo1000(60, 'in how many steps of whole minutes the range is told at most; 1 to 1000'),
});

/** The parameters of `GET services/edges`. */
export const edgesParameters = z.strictObject(sumsRange);

/** The parameters of `GET operations`. */
export const operationsParameters = z.strictObject({
  service: z
    .string('name the service')
    .min(1, 'name the service')
    .meta({ description: 'name of the service, exactly' }),
});

/** The parameters of `GET tags`. */
export const tagsParameters = z.strictObject({ service: name('only of spans of this service') });

/** The parameters of `GET traces/{traceId}`. */
export const traceParameters = z.strictObject({
  mostSpans: z
    .string()
    .regex(/^\d{1,9}$/, 'give a number of spans')
    .transform(Number)
    .optional()
    .meta({
      description: 'answer with an outline instead when the trace has more spans than this',
      number: { type: 'integer', minimum: 0, maximum: 999_999_999 },
    }),
  startMicros: micros('only spans that start here or later; together with endMicros'),
  endMicros: micros('only spans that start here or earlier; together with startMicros'),
});

/** The parameters of requests that take none. */
export const noParameters = z.strictObject({});
