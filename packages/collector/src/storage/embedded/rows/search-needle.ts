import type { TagTerm } from '@spanwise/wire/query';

import { finishHash, hashBytes, hashSeeds } from './text-hash.ts';

/** One way in which a row's text shows that a term may be met. */
export interface Needle {
  /** As it stands in the row's JSON. */
  readonly text: string;
  /** The filter's entry for it. */
  readonly hash: number;
}

/** A row meets the term only if its tags, its events or its resource contain one of these. */
export function needlesOf(term: TagTerm): Needle[] {
  if (term.value === undefined) return [keyNeedle(term.key), eventNameNeedle(term.key)];
  return valueLiterals(term.value).map((literal) => pairNeedle(term.key, literal));
}

/** Event names stand as a pair of this key in the row's JSON. */
export const eventNameKey = 'e';

function eventNameNeedle(name: string): Needle {
  return pairNeedle(eventNameKey, JSON.stringify(name));
}

/** What stands before the value of a tag. */
export function keyNeedle(key: string): Needle {
  return needle(`${JSON.stringify(key)}, `);
}

/** Lists and maps have no entry of their own in the filter: only their key has. */
function pairNeedle(key: string, literal: string): Needle {
  const { text, hash } = keyNeedle(key);
  if (/^(\[|\{"m")/.test(literal)) return { text: text + literal, hash };
  return needle(text + literal);
}

function needle(text: string): Needle {
  const bytes = Buffer.from(text);
  return { text, hash: finishHash(hashBytes(hashSeeds.tag, bytes, 0, bytes.length)) };
}

/** Every literal (or its beginning) whose text as a value is `value`. */
function valueLiterals(value: string): string[] {
  const literals = [JSON.stringify(value)];
  if (value === 'true' || value === 'false' || String(Number(value)) === value) literals.push(numberLiteral(value));
  if (value === '-0') literals.push('{"d":"-0"}');
  if (/^-?\d+$/.test(value)) literals.push(`{"n":"${value}"}`);
  if (value.startsWith('[')) literals.push('[');
  if (value.startsWith('{')) literals.push('{"m"');
  if (Buffer.from(value, 'base64').toString('base64') === value) literals.push(`{"b":"${value}"}`);
  return literals;
}

/** A number, as itself, as text or as a large integer, where a value begins in a row's JSON. Its first group is the number. */
export const numberPattern = '(?:\\{"[nd]":)?"?(-?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?)';

function numberLiteral(value: string): string {
  return /NaN|Infinity/.test(value) ? `{"d":"${value}"}` : value;
}
