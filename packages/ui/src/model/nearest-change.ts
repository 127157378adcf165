import { formatTraceQuery } from '@spanwise/analysis';
import type { SearchCondition } from '@spanwise/wire/query';
import { defaultRange, widerPreset } from './time-range.ts';
import type { RangePreset } from './time-range.ts';
import { parsedQuery, withConditions } from './traces-search.ts';
import type { TracesParams } from './traces-params.ts';

/** One change to a query that found nothing, and the query with it. */
export type NearestChange =
  | { readonly kind: 'unbrush'; readonly params: TracesParams }
  | { readonly kind: 'widen'; readonly range: RangePreset; readonly params: TracesParams }
  | { readonly kind: 'match-trace'; readonly params: TracesParams }
  | { readonly kind: 'drop'; readonly condition: string; readonly params: TracesParams }
  | { readonly kind: 'clear'; readonly params: TracesParams };

/**
 * The changes most likely to find something, smallest first: let go of what is chosen in the heat map, let several spans
 * meet the conditions, drop the condition that narrows most (tags, durations, operation, service in turn), look further
 * back, drop everything.
 */
export function nearestChanges(params: TracesParams): NearestChange[] {
  const changes: NearestChange[] = [];
  const { conditions } = parsedQuery(params);
  const { brush, ...unbrushed } = params;
  if (brush !== undefined) changes.push({ kind: 'unbrush', params: unbrushed });
  if (conditions.length > 1 && params.match === undefined) {
    changes.push({ kind: 'match-trace', params: { ...params, match: 'trace' } });
  }
  changes.push(...drops(params, conditions).slice(0, 3));
  const wider = params.from === undefined ? widerPreset(params.range ?? defaultRange) : '24h';
  if (wider !== undefined) changes.push({ kind: 'widen', range: wider, params: withRange(unbrushed, wider) });
  if (conditions.length > 1) changes.push({ kind: 'clear', params: withRange({}, params.range ?? defaultRange) });
  return changes;
}

/** The conditions beside the range, as the query has them. */
export function conditionsOf(params: TracesParams): string[] {
  return parsedQuery(params).conditions.map((condition) => formatTraceQuery([condition]));
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
