import { attributeText } from '@spanwise/wire';
import type { Attributes, AttributeValue } from '@spanwise/wire/span-record';

/** A tag's value as one line of text, as a search compares it; OTLP's empty value, which no search finds, is `null`. */
export function formatValue(value: AttributeValue): string {
  return attributeText(value) ?? 'null';
}

/** The condition that finds spans with this tag; of an empty value, those with the key. */
export function tagCondition(key: string, value: AttributeValue): string {
  const text = attributeText(value);
  return text === undefined ? key : `${key}=${text}`;
}

/** JSON text that holds an object or a list, indented; `undefined` for anything else. */
export function prettyJson(text: string): string | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return undefined;
  }
}

/** Keys and values in turn. Even positions of `Attributes` are always strings; anything else is skipped. */
export function* tagsOf(attributes: Attributes): Generator<readonly [key: string, value: AttributeValue]> {
  for (let at = 0; at + 1 < attributes.length; at += 2) {
    const key = attributes[at];
    if (typeof key === 'string') yield [key, attributes[at + 1]!];
  }
}
