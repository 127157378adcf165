import { describe, expect, it } from 'vitest';

import { compareSpans, countSpan } from './compare-spans.ts';
import type { FoundSpans } from './compare-spans.ts';
import type { SentTrace } from './retrying-client.ts';

const sent: readonly SentTrace[] = [
  { id: 'a', spans: ['1', '2'], arrivals: 1 },
  { id: 'b', spans: ['1', '2'], arrivals: 2 },
];

function found(...spans: readonly (readonly [trace: string, span: string])[]): FoundSpans {
  const all = new Map<string, Map<string, number>>();
  for (const [trace, span] of spans) countSpan(all, trace, span);
  return all;
}

const everything = [
  ['a', '1'],
  ['a', '2'],
  ['b', '1'],
  ['b', '2'],
] as const;
const once = (): number => 1;
const asOftenAsSent = ({ arrivals }: SentTrace): number => arrivals;

describe('compareSpans', () => {
  it('has nothing to say when everything is there once', () => {
    expect(compareSpans(sent, found(...everything), once)).toEqual({ missing: [], doubled: [], foreign: [] });
  });

  it('names traces that lack a span, and those that are not there at all', () => {
    expect(compareSpans(sent, found(...everything.slice(1)), once).missing).toEqual(['a']);
    expect(compareSpans(sent, found(...everything.slice(0, 2)), once).missing).toEqual(['b']);
  });

  it('names traces of which a span is there once more than it may be', () => {
    const oneMore = found(...everything, ['a', '2'], ['b', '2']);
    expect(compareSpans(sent, oneMore, once).doubled).toEqual(['a', 'b']);
    expect(compareSpans(sent, oneMore, asOftenAsSent).doubled).toEqual(['a']);
    expect(compareSpans(sent, found(...everything, ['b', '2'], ['b', '2']), asOftenAsSent).doubled).toEqual(['b']);
  });

  it('names traces and spans that nobody sent', () => {
    expect(compareSpans(sent, found(...everything, ['c', '1'], ['b', '3']), once).foreign).toEqual(['b', 'c']);
  });
});
