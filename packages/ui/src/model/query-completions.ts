import { formatQueryValue, formatTagKey, queryPlace, spanKinds, spanStatuses } from '@spanwise/analysis';
import type { QueryPlace } from '@spanwise/analysis';
import { matchingSuggestions } from './suggestions.ts';

/** What a query can be completed with, as far as it is known. */
export interface KnownWords {
  readonly services: readonly string[];
  readonly operations: readonly string[];
  readonly tagKeys: readonly string[];
  /** Of the tag whose value is being written. */
  readonly tagValues: readonly string[];
}

/** One way to go on: replaces the characters `from` to `to` of the query. */
export interface Completion {
  /** For people. */
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

/** Fields by what stands after them in most queries. */
const fields: readonly (readonly [name: string, then: string])[] = [
  ['service', '='],
  ['operation', '='],
  ['error', ' '],
  ['duration', '>'],
  ['trace.duration', '>'],
  ['trace.error', ' '],
  ['kind', '='],
  ['status', '='],
];

const mostShown = 100;

/** The ways to go on at `caret`, best first. */
export function completionsAt(text: string, caret: number, known: KnownWords): Completion[] {
  const place = queryPlace(text, caret);
  return place.part === 'name' ? names(place, text, known.tagKeys) : values(place, text, known);
}

/** The tag whose values are wanted at `caret`; `undefined` elsewhere. */
export function tagAt(text: string, caret: number): string | undefined {
  const place = queryPlace(text, caret);
  return place.part === 'value' && place.field === 'tag' ? place.key : undefined;
}

function names({ from, to, text }: QueryPlace, query: string, tagKeys: readonly string[]): Completion[] {
  const thens = new Map(fields);
  const all = [...thens.keys(), ...tagKeys.filter((key) => !thens.has(key))];
  return matchingSuggestions(all, text, mostShown).map((label) => {
    const then = thens.get(label);
    const insert = then === undefined ? `${formatTagKey(label)}=` : label + then;
    return { label, from, to, insert: insert.trimEnd() + (then === ' ' ? spaceUnless(query, to) : '') };
  });
}

function values(place: QueryPlace & { part: 'value' }, query: string, known: KnownWords): Completion[] {
  const { from, to, text } = place;
  const completion = (value: string): Completion => {
    const insert = formatQueryValue(value) + spaceUnless(query, to);
    return { label: value, from, to, insert };
  };
  return matchingSuggestions(valuesOf(place, known), text, mostShown).map(completion);
}

function valuesOf({ field }: QueryPlace & { part: 'value' }, known: KnownWords): readonly string[] {
  switch (field) {
    case 'service':
      return known.services;
    case 'operation':
      return known.operations;
    case 'kind':
      return Object.keys(spanKinds);
    case 'status':
      return Object.keys(spanStatuses);
    case 'trace.error':
      return ['true', 'false'];
    case 'tag':
      return known.tagValues;
    case 'duration':
    case 'trace.duration':
      return ['1ms', '10ms', '100ms', '1s', '10s'];
  }
}

/** A space after what was completed, so that the next condition can follow. */
function spaceUnless(query: string, to: number): string {
  return /\s/u.test(query[to] ?? '') ? '' : ' ';
}
