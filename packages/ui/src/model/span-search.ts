import { spanIdHex } from '@spanwise/wire';
import type { Attributes, SpanRecord } from '@spanwise/wire/span-record';
import type { TraceModel } from './trace-model.ts';
import { formatValue, tagsOf } from './attribute-values.ts';

/**
 * Marks the spans that a search inside the trace finds. Words must all be found, in any order: each in the service, the
 * operation, the span id, a tag or a log of the span. A word `key=value` looks for a tag with exactly this key, the
 * value containing what is given; `error` alone also finds every failed span. Case is ignored.
 *
 * Returns `undefined` when the text is blank: nothing is searched for.
 */
export function searchSpans(model: TraceModel, text: string): Uint8Array | undefined {
  const words = searchWords(text);
  if (words.length === 0) return undefined;
  return Uint8Array.from(model.tree.spans, (span, index) =>
    matchesWords(span, model.error[index] === 1, words) ? 1 : 0,
  );
}

/** What a text asks for. */
export function searchWords(text: string): string[] {
  return text.toLowerCase().split(/\s+/).filter(Boolean);
}

/** Whether a span has all words; `searchSpans` says where they are looked for. */
export function matchesWords(span: SpanRecord, failed: boolean, words: readonly string[]): boolean {
  return words.every((word) => (word === 'error' && failed) || hasWord(span, word));
}

function hasWord(span: SpanRecord, word: string): boolean {
  const equals = word.indexOf('=');
  if (equals > 0) return hasTag(span, word.slice(0, equals), word.slice(equals + 1));
  return (
    span.name.toLowerCase().includes(word) ||
    span.resource.serviceName.toLowerCase().includes(word) ||
    spanIdHex(span) === word ||
    span.statusMessage.toLowerCase().includes(word) ||
    mentions(span.attributes, word) ||
    span.events.some((event) => event.name.toLowerCase().includes(word) || mentions(event.attributes, word))
  );
}

function hasTag(span: SpanRecord, key: string, value: string): boolean {
  const matches = (attributes: Attributes): boolean => {
    for (const [name, held] of tagsOf(attributes)) {
      if (name.toLowerCase() === key && formatValue(held).toLowerCase().includes(value)) return true;
    }
    return false;
  };
  return (
    matches(span.attributes) ||
    matches(span.resource.attributes) ||
    span.events.some((event) => matches(event.attributes))
  );
}

function mentions(attributes: Attributes, word: string): boolean {
  for (const part of attributes) if (formatValue(part).toLowerCase().includes(word)) return true;
  return false;
}

/** The next marked row after `from` in the direction, around the end; -1 when nothing is marked. */
export function nextMarked(order: ArrayLike<number>, marks: Uint8Array, from: number, direction: 1 | -1): number {
  const length = order.length;
  for (let step = 1; step <= length; step++) {
    const place = (from + direction * step + length * 2) % length;
    const index = order[place]!;
    if (marks[index] === 1) return index;
  }
  return -1;
}
