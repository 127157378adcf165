import type { SearchCondition } from '@spanwise/wire/query';

import { fieldNamed } from './query-fields.ts';

/** Writes conditions as `parseTraceQuery` reads them, with quotes only where they are needed. */
export function formatTraceQuery(conditions: readonly SearchCondition[]): string {
  return conditions.map(formatCondition).join(' ');
}

function formatCondition({ field, key = '', operator, value = '' }: SearchCondition): string {
  const name = field === 'tag' ? formatTagKey(key) : field;
  if (operator === 'has') return name;
  return operator === '!has' ? `!${name}` : `${name}${operator}${formatQueryValue(value)}`;
}

/** A tag's key as it stands in a query: in quotes when it holds what ends a name, or is a field's. */
export function formatTagKey(key: string): string {
  const isPlain = /^[^\s"=<>!]+$/u.test(key) && fieldNamed(key) === 'tag' && key !== 'AND' && key !== 'OR';
  return isPlain ? key : quote(key);
}

/** A value as it stands in a query: in quotes when it holds what ends a value, or nothing. */
export function formatQueryValue(value: string): string {
  return /^[^\s"=][^\s"]*$/u.test(value) ? value : quote(value);
}

const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '"': '\\"', '\\': '\\\\' };

function quote(text: string): string {
  return `"${text.replaceAll(/[\n\r\t"\\]/g, (letter) => escapes[letter] ?? letter)}"`;
}
