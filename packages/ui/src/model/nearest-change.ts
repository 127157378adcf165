import { defaultRange, widerPreset } from './time-range.ts';
import type { RangePreset } from './time-range.ts';
import type { TracesParams } from './traces-search.ts';

/** One change to a query that found nothing, and the query with it. */
export type NearestChange =
  | { readonly kind: 'split'; readonly tags: readonly string[]; readonly params: TracesParams }
  | { readonly kind: 'widen'; readonly range: RangePreset; readonly params: TracesParams }
  | { readonly kind: 'match-trace'; readonly params: TracesParams }
  | { readonly kind: 'drop'; readonly condition: string; readonly params: TracesParams }
  | { readonly kind: 'clear'; readonly params: TracesParams };

/**
 * The changes most likely to find something, smallest first: take several tags that were written as one apart, let several spans meet the conditions, drop the last
 * condition that narrows (tags, durations, operation, service in turn), look further back, drop everything.
 */
export function nearestChanges(params: TracesParams): NearestChange[] {
  const changes: NearestChange[] = [];
  const conditions = conditionsOf(params);
  const split = splitOf(params);
  if (split !== undefined) changes.push(split);
  if (conditions.length > 1 && params.match === undefined) {
    changes.push({ kind: 'match-trace', params: { ...params, match: 'trace' } });
  }
  changes.push(...drops(params).slice(0, 3));
  const wider = params.from === undefined ? widerPreset(params.range ?? defaultRange) : '24h';
  if (wider !== undefined) changes.push({ kind: 'widen', range: wider, params: withRange(params, wider) });
  if (conditions.length > 1) changes.push({ kind: 'clear', params: withRange({}, params.range ?? defaultRange) });
  return changes;
}

/** The conditions beside the range, as people would write them. */
export function conditionsOf(params: TracesParams): string[] {
  return [
    ...(params.service === undefined ? [] : [params.service]),
    ...(params.operation === undefined ? [] : [params.operation]),
    ...(params.tag ?? []),
    ...(params.min === undefined ? [] : [`≥ ${params.min}`]),
    ...(params.max === undefined ? [] : [`≤ ${params.max}`]),
  ];
}

/** The first tag that looks like several, as other pages take them in one field: `a=b c="d e"`. */
function splitOf(params: TracesParams): NearestChange | undefined {
  const { tag: all = [] } = params;
  for (const tag of all) {
    const parts = [...tag.matchAll(/(?:^|\s+)([^\s=]+)=(?:"([^"]*)"|(\S*))/g)];
    const rest = parts.reduce((text, [part]) => text.replace(part, ''), tag);
    if (parts.length < 2 || rest.trim() !== '') continue;
    const tags = parts.map(([, key, quoted, plain]) => `${key}=${quoted ?? plain}`);
    return { kind: 'split', tags, params: { ...params, tag: all.flatMap((held) => (held === tag ? tags : [held])) } };
  }
  return undefined;
}

function drops(params: TracesParams): NearestChange[] {
  const { min, max, operation, service, ...rest } = params;
  const changes: NearestChange[] = (params.tag ?? []).map((tag) => ({
    kind: 'drop',
    condition: tag,
    params: withoutTag(params, tag),
  }));
  const drop = (condition: string, kept: TracesParams): void =>
    void changes.push({ kind: 'drop', condition, params: kept });
  const known = <K extends string>(key: K, value: string | undefined): Record<K, string> | object =>
    value === undefined ? {} : { [key]: value };
  const where = { ...known('service', service), ...known('operation', operation) };
  if (min !== undefined) drop(`≥ ${min}`, { ...rest, ...where, ...known('max', max) });
  if (max !== undefined) drop(`≤ ${max}`, { ...rest, ...where, ...known('min', min) });
  const long = { ...known('min', min), ...known('max', max) };
  if (operation !== undefined) drop(operation, { ...rest, ...long, ...known('service', service) });
  if (service !== undefined) drop(service, { ...rest, ...long });
  return changes;
}

function withoutTag(params: TracesParams, tag: string): TracesParams {
  const { tag: tags = [], ...rest } = params;
  const kept = tags.filter((held) => held !== tag);
  return kept.length === 0 ? rest : { ...rest, tag: kept };
}

function withRange(params: TracesParams, range: RangePreset): TracesParams {
  const { from: _from, to: _to, range: _range, ...rest } = params;
  return range === defaultRange ? rest : { ...rest, range };
}
