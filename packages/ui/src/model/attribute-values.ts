import { attributeText } from '@spanwise/wire';
import type { Attributes, AttributeValue } from '@spanwise/wire/span-record';

/** A tag's value as one line of text, as a search compares it; OTLP's empty value, which no search finds, is `null`. */
export function formatValue(value: AttributeValue): string {
  return attributeText(value) ?? 'null';
}

/** Values nested deeper than this are not indented further: spaces would be most of the text. */
const deepestIndent = 32;

/**
 * JSON text that holds an object or a list, indented; `undefined` for anything else. Numbers, strings and keys stay as they were
 * written: read and written again, 9007199254740993 would be another number, and of two equal keys one would be gone.
 */
export function prettyJson(text: string): string | undefined {
  if (!/^\s*[[{]/.test(text) || !isJson(text)) return undefined;
  let pretty = '';
  let depth = 0;
  let before = '';
  const line = (): string => `\n${'  '.repeat(Math.min(depth, deepestIndent))}`;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g)) {
    const isEnd = token === '}' || token === ']';
    const opened = before === '{' || before === '[';
    if (isEnd) depth--;
    if (isEnd ? !opened : opened || before === ',') pretty += line();
    if (token === '{' || token === '[') depth++;
    pretty += token === ':' ? ': ' : token;
    before = token;
  }
  return pretty;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Keys and values in turn. Even positions of `Attributes` are always strings; anything else is skipped. */
export function* tagsOf(attributes: Attributes): Generator<readonly [key: string, value: AttributeValue]> {
  for (let at = 0; at + 1 < attributes.length; at += 2) {
    const key = attributes[at];
    if (typeof key === 'string') yield [key, attributes[at + 1]!];
  }
}
