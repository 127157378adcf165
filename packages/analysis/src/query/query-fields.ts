import type { SearchField, SearchOperator } from '@spanwise/wire/query';

/** Numbers are those of OTLP. */
export const spanKinds: Readonly<Record<string, number>> = {
  unspecified: 0,
  internal: 1,
  server: 2,
  client: 3,
  producer: 4,
  consumer: 5,
};

/** Numbers are those of OTLP. */
export const spanStatuses: Readonly<Record<string, number>> = { unset: 0, ok: 1, error: 2 };

const equalities: readonly SearchOperator[] = ['=', '!='];
const comparisons: readonly SearchOperator[] = ['<', '<=', '>', '>='];

/** Which operators each field takes. A name that is not among them is a tag's. */
export const fieldOperators: Readonly<Record<SearchField, readonly SearchOperator[]>> = {
  service: equalities,
  operation: equalities,
  kind: equalities,
  status: equalities,
  duration: [...comparisons, '='],
  'trace.duration': [...comparisons, '='],
  'trace.error': ['has', '!has', '='],
  tag: ['has', '!has', ...equalities, ...comparisons],
};

/** The field that an unquoted name means, `tag` for every other. */
export function fieldNamed(name: string): SearchField {
  return name !== 'tag' && Object.hasOwn(fieldOperators, name) ? (name as SearchField) : 'tag';
}

/** What tags are compared with by `<` and its like. */
export function parseQueryNumber(text: string): number | undefined {
  return /^-?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}
