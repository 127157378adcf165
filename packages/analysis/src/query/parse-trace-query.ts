import type { SearchCondition, SearchField, SearchOperator } from '@spanwise/wire/query';

import { parseDuration } from '../parse-duration.ts';
import { fieldNamed, fieldOperators, parseQueryNumber, spanKinds, spanStatuses } from './query-fields.ts';
import { readTerms } from './read-terms.ts';
import type { QueryTerm } from './read-terms.ts';

/** What is wrong with a query. */
export type QueryProblemKind =
  | 'unclosed-quote'
  | 'missing-name'
  | 'missing-value'
  | 'negated-comparison'
  | 'no-or'
  | 'no-such-operator'
  | 'not-a-duration'
  | 'not-a-number'
  | 'unknown-value';

/** Something wrong with a query, and the place. */
export interface QueryProblem {
  /** What to say about it. */
  readonly kind: QueryProblemKind;
  /** Number of the first character that is wrong, from 0. */
  readonly from: number;
  /** Number of the character after the last one that is wrong. */
  readonly to: number;
  /** The field or the tag's key that it is about; empty when it has none. */
  readonly name: string;
  /** What would be right, where that is a short list. */
  readonly expected: readonly string[];
}

/** What a query says. With problems the conditions are those that could be read: do not search for them. */
export interface ParsedQuery {
  /** As they are written, from left to right. */
  readonly conditions: readonly SearchCondition[];
  /** By place; none when the query can be searched for. */
  readonly problems: readonly QueryProblem[];
}

/**
 * Reads a query: conditions with spaces between them, all of which must hold, such as
 * `service=orders operation="POST /orders" http.status_code>=500 duration>200ms !cache.hit`. docs/query.md has the language.
 * Never throws.
 */
export function parseTraceQuery(text: string): ParsedQuery {
  const conditions: SearchCondition[] = [];
  const problems: QueryProblem[] = [];
  for (const term of readTerms(text)) {
    if (isJoiner(term, 'AND')) continue;
    const problem = problemOf(term);
    if (problem === undefined) conditions.push(conditionOf(term));
    else problems.push(problem);
  }
  return { conditions, problems };
}

/** A word that other languages join conditions with; as a tag's key it stands in quotes. */
function isJoiner({ name, operator, isNegated }: QueryTerm, word: string): boolean {
  return name.text === word && !name.isQuoted && operator === undefined && !isNegated;
}

function problemOf(term: QueryTerm): QueryProblem | undefined {
  const { name, operator, value, isNegated } = term;
  const at = (
    kind: QueryProblemKind,
    { from, to }: { readonly from: number; readonly to: number },
    expected: readonly string[] = [],
  ): QueryProblem => ({ kind, from, to, name: name.text, expected });
  if (name.isOpen) return at('unclosed-quote', name);
  if (value?.isOpen === true) return at('unclosed-quote', value);
  if (name.text === '') return at('missing-name', term);
  if (isJoiner(term, 'OR')) return at('no-or', term);
  if (isNegated && operator !== undefined) return at('negated-comparison', term);
  if (operator !== undefined && value?.text === '' && !value.isQuoted) return at('missing-value', operator);
  const field = fieldOf(term);
  const allowed = fieldOperators[field];
  const asked = operatorOf(term);
  if (!allowed.includes(asked)) return at('no-such-operator', operator ?? term, allowed.filter(isWritten));
  if (value === undefined) return undefined;
  const wrong = wrongValue(field, asked, value.text);
  return wrong === undefined ? undefined : at(wrong.kind, value, wrong.expected);
}

function isWritten(operator: SearchOperator): boolean {
  return operator !== 'has' && operator !== '!has';
}

interface WrongValue {
  readonly kind: QueryProblemKind;
  readonly expected?: readonly string[];
}

function wrongValue(field: SearchField, operator: SearchOperator, value: string): WrongValue | undefined {
  if (field === 'kind') return unlessOneOf(Object.keys(spanKinds), value);
  if (field === 'status') return unlessOneOf(Object.keys(spanStatuses), value);
  if (field === 'trace.error') return unlessOneOf(['true', 'false'], value);
  if (field === 'duration' || field === 'trace.duration') {
    return parseDuration(value) === undefined ? { kind: 'not-a-duration' } : undefined;
  }
  const compares = field === 'tag' && /^[<>]/.test(operator);
  return compares && parseQueryNumber(value) === undefined ? { kind: 'not-a-number' } : undefined;
}

function unlessOneOf(expected: readonly string[], value: string): WrongValue | undefined {
  return expected.includes(value) ? undefined : { kind: 'unknown-value', expected };
}

function fieldOf({ name }: QueryTerm): SearchField {
  return name.isQuoted ? 'tag' : fieldNamed(name.text);
}

function operatorOf({ operator, isNegated }: QueryTerm): SearchOperator {
  if (operator !== undefined) return operator.text as SearchOperator;
  return isNegated ? '!has' : 'has';
}

function conditionOf(term: QueryTerm): SearchCondition {
  const field = fieldOf(term);
  const operator = operatorOf(term);
  if (field === 'trace.error') {
    return { field, operator: operator === '!has' || term.value?.text === 'false' ? '!has' : 'has' };
  }
  return {
    field,
    ...(field === 'tag' ? { key: term.name.text } : {}),
    operator,
    ...(term.value === undefined ? {} : { value: term.value.text }),
  };
}
