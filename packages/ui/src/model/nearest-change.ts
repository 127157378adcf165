import { formatTraceQuery } from '@spanwise/analysis';
import type { SearchCondition } from '@spanwise/wire/query';
import { defaultRange, widerPreset } from './time-range.ts';
import type { RangePreset } from './time-range.ts';
import { parsedQuery, withConditions } from './traces-search.ts';
import { parseTracesParams } from './traces-params.ts';
import type { TracesParams } from './traces-params.ts';

/** One change to a query that found nothing, and the query with it. */
export type NearestChange =
  | { readonly kind: 'rewrite'; readonly condition: string; readonly params: TracesParams }
  | { readonly kind: 'unbrush'; readonly params: TracesParams }
  | { readonly kind: 'widen'; readonly range: RangePreset; readonly params: TracesParams }
  | { readonly kind: 'match-trace'; readonly params: TracesParams }
  | { readonly kind: 'drop'; readonly condition: string; readonly params: TracesParams }
  | { readonly kind: 'clear'; readonly params: TracesParams };

/**
 * The changes most likely to find something, smallest first: write what another product writes otherwise as it is written here, let go of what is chosen in the heat map, let several spans
 * meet the conditions, drop the condition that narrows most (tags, durations, operation, service in turn), look further
 * back, as far as can be, drop everything. Whether one finds something is to be tried.
 */
export function nearestChanges(params: TracesParams): NearestChange[] {
  const changes: NearestChange[] = [];
  const { conditions } = parsedQuery(params);
  changes.push(...rewrites(params, conditions));
  const { brush, ...unbrushed } = params;
  if (brush !== undefined) changes.push({ kind: 'unbrush', params: unbrushed });
  if (conditions.length > 1 && params.match === undefined) {
    changes.push({ kind: 'match-trace', params: { ...params, match: 'trace' } });
  }
  changes.push(...drops(params, conditions).slice(0, 3));
  const wider = params.from === undefined ? widerPreset(params.range ?? defaultRange) : '24h';
  if (wider !== undefined) changes.push({ kind: 'widen', range: wider, params: withRange(unbrushed, wider) });
  if (wider !== undefined && wider !== widestRange)
    changes.push({ kind: 'widen', range: widestRange, params: withRange(unbrushed, widestRange) });
  if (conditions.length > 1) changes.push({ kind: 'clear', params: withRange({}, params.range ?? defaultRange) });
  return changes;
}

const widestRange: RangePreset = '30d';

/** The conditions beside the range, as the query has them. */
export function conditionsOf(params: TracesParams): string[] {
  return parsedQuery(params).conditions.map((condition) => formatTraceQuery([condition]));
}

/** Fields as other products write them: `service:shop`, `Service=shop`; several words that are one operation; `limit=5`. */
function rewrites(params: TracesParams, conditions: readonly SearchCondition[]): NearestChange[] {
  const rewritten = conditions.map(asWrittenHere);
  const changes: NearestChange[] = [];
  if (rewritten.some((condition, at) => condition !== conditions[at])) {
    changes.push(rewrite(params, conditions, rewritten));
  }
  const words = conditions.filter(({ field, operator }) => field === 'tag' && operator === 'has');
  if (words.length > 0) {
    const value = words.map(({ key = '' }) => key).join(' ');
    const rest = rewritten.filter((_, at) => !words.includes(conditions[at]!));
    for (const field of ['operation', 'service'] as const)
      changes.push(rewrite(params, conditions, [...rest, { field, operator: '=', value }]));
  }
  const limit = conditions.find(({ field, key, operator }) => field === 'tag' && key === 'limit' && operator === '=');
  if (limit !== undefined) {
    const rest = conditions.filter((condition) => condition !== limit);
    const { limit: number } = parseTracesParams({ limit: limit.value });
    changes.push({
      kind: 'drop',
      condition: formatTraceQuery([limit]),
      params: { ...withConditions(params, rest), ...(number !== undefined && { limit: number }) },
    });
  }
  return changes;
}

function rewrite(
  params: TracesParams,
  from: readonly SearchCondition[],
  to: readonly SearchCondition[],
): NearestChange {
  const changed = to.filter((condition) => !from.includes(condition));
  return { kind: 'rewrite', condition: formatTraceQuery(changed), params: withConditions(params, to) };
}

const fieldNames: Readonly<Record<string, 'service' | 'operation'>> = {
  service: 'service',
  'service.name': 'service',
  servicename: 'service',
  operation: 'operation',
  operationname: 'operation',
  name: 'operation',
};

function asWrittenHere(condition: SearchCondition): SearchCondition {
  const { field, key = '', operator, value } = condition;
  if (field !== 'tag') return condition;
  const colon = /^([^:]+):(.+)$/s.exec(key);
  const [, named = key, after] = (operator === 'has' && colon) || [];
  const known = fieldNames[named.toLowerCase()];
  if (after !== undefined) {
    if (known !== undefined) return { field: known, operator: '=', value: after };
    return { field: 'tag', key: named, operator: '=', value: after };
  }
  const isEquality = operator === '=' || operator === '!=';
  return known !== undefined && isEquality ? { field: known, operator, value } : condition;
}

function drops(params: TracesParams, conditions: readonly SearchCondition[]): NearestChange[] {
  const rank = ({ field }: SearchCondition): number =>
    field === 'service' ? 3 : field === 'operation' ? 2 : field === 'tag' ? 0 : 1;
  const ordered = conditions.toSorted((one, other) => rank(one) - rank(other));
  return ordered.map((dropped) => ({
    kind: 'drop',
    condition: formatTraceQuery([dropped]),
    params: withConditions(
      params,
      conditions.filter((held) => held !== dropped),
    ),
  }));
}

function withRange(params: TracesParams, range: RangePreset): TracesParams {
  const { from: _from, to: _to, range: _range, ...rest } = params;
  return range === defaultRange ? rest : { ...rest, range };
}
