import { parseDuration, parseQueryNumber, spanKinds, spanStatuses } from '@spanwise/analysis';
import type { SearchCondition, TagTerm } from '@spanwise/wire/query';
import type { AttributeValue } from '@spanwise/wire/span-record';

import type { StoreSearch } from '../span-store.ts';
import { attributeText } from './attribute-text.ts';

/** One condition of a search on a span, other than time range and the service that bounds the search. */
export type Criterion =
  | { readonly kind: 'operation'; readonly name: string }
  | { readonly kind: 'not-operation'; readonly name: string }
  | { readonly kind: 'remoteService'; readonly name: string }
  | { readonly kind: 'service'; readonly name: string; readonly isNot: boolean }
  | { readonly kind: 'duration'; readonly minNanos: number; readonly maxNanos: number }
  | { readonly kind: 'tag'; readonly term: TagTerm }
  | { readonly kind: 'not-tag'; readonly term: TagTerm }
  | { readonly kind: 'tag-number'; readonly key: string; readonly min: NumberBound; readonly max: NumberBound }
  | { readonly kind: 'span-kind' | 'status'; readonly number: number; readonly isNot: boolean };

/** An end of a range of numbers. */
export interface NumberBound {
  readonly value: number;
  readonly isIncluded: boolean;
}

/** The criteria that a search lists. */
export function criteriaOf(search: StoreSearch): Criterion[] {
  const criteria: Criterion[] = [];
  if (search.operation !== undefined) criteria.push({ kind: 'operation', name: search.operation });
  if (search.remoteService !== undefined) criteria.push({ kind: 'remoteService', name: search.remoteService });
  if (search.minDurationMicros !== undefined || search.maxDurationMicros !== undefined) {
    const minNanos = (search.minDurationMicros ?? Number.NEGATIVE_INFINITY) * 1000;
    const maxNanos = (search.maxDurationMicros ?? Number.POSITIVE_INFINITY) * 1000;
    criteria.push({ kind: 'duration', minNanos, maxNanos });
  }
  for (const term of search.tags ?? []) criteria.push({ kind: 'tag', term });
  for (const condition of search.conditions ?? []) criteria.push(...criterionOf(condition));
  return criteria;
}

/** None for a condition on the trace as a whole. */
function criterionOf({ field, key = '', operator, value = '' }: SearchCondition): Criterion[] {
  const isNot = operator === '!=';
  switch (field) {
    case 'service':
      return [{ kind: 'service', name: value, isNot }];
    case 'operation':
      return [{ kind: isNot ? 'not-operation' : 'operation', name: value }];
    case 'kind':
      return [{ kind: 'span-kind', number: spanKinds[value] ?? -1, isNot }];
    case 'status':
      return [{ kind: 'status', number: spanStatuses[value] ?? -1, isNot }];
    case 'duration':
      return [{ kind: 'duration', ...durationBounds(operator, value) }];
    case 'tag':
      return [tagCriterion(key, operator, value)];
    case 'trace.duration':
    case 'trace.error':
      return [];
  }
}

function tagCriterion(key: string, operator: SearchCondition['operator'], value: string): Criterion {
  if (operator === 'has' || operator === '!has') return { kind: operator === 'has' ? 'tag' : 'not-tag', term: { key } };
  if (operator === '=' || operator === '!=')
    return { kind: operator === '=' ? 'tag' : 'not-tag', term: { key, value } };
  return { kind: 'tag-number', key, ...numberBounds(operator, parseQueryNumber(value) ?? Number.NaN) };
}

function numberBounds(operator: string, value: number): { min: NumberBound; max: NumberBound } {
  const bound = { value, isIncluded: operator.endsWith('=') };
  return operator.startsWith('>') ? { min: bound, max: noMost } : { min: noLeast, max: bound };
}

const noLeast: NumberBound = { value: Number.NEGATIVE_INFINITY, isIncluded: true };
const noMost: NumberBound = { value: Number.POSITIVE_INFINITY, isIncluded: true };

/** The durations that pass, both ends included: durations are whole nanoseconds. */
export function durationBounds(
  operator: SearchCondition['operator'],
  value: string,
): { minNanos: number; maxNanos: number } {
  const nanos = parseDuration(value) ?? Number.NaN;
  const least = Number.NEGATIVE_INFINITY;
  const most = Number.POSITIVE_INFINITY;
  if (operator === '>') return { minNanos: nanos + 1, maxNanos: most };
  if (operator === '>=') return { minNanos: nanos, maxNanos: most };
  if (operator === '<') return { minNanos: least, maxNanos: nanos - 1 };
  return { minNanos: operator === '=' ? nanos : least, maxNanos: nanos };
}

/** Whether a tag's value is a number in the range, or text that is one. */
export function isWithin(value: AttributeValue, min: NumberBound, max: NumberBound): boolean {
  return typeof value !== 'object' && isNumberWithin(attributeText(value) ?? '', min, max);
}

/** Whether text is a number in the range. */
export function isNumberWithin(text: string, min: NumberBound, max: NumberBound): boolean {
  const number = parseQueryNumber(text);
  if (number === undefined) return false;
  return (
    (min.isIncluded ? number >= min.value : number > min.value) &&
    (max.isIncluded ? number <= max.value : number < max.value)
  );
}

/** Whether two names are the same for this search. */
export function sameName(a: string, b: string, search: StoreSearch): boolean {
  return a === b || (search.ignoreCase === true && a.toLowerCase() === b.toLowerCase());
}
