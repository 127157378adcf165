import { describe, expect, it } from 'vitest';
import { matchingSuggestions } from './suggestions.ts';

const operations = ['GET /cart', 'POST /cart/items', 'SELECT item', 'cartographer', 'recart'];

describe('matchingSuggestions', () => {
  it('puts what starts with the text before words that do, and those before the rest', () => {
    expect(matchingSuggestions(operations, ' CART ', 10)).toEqual([
      'cartographer',
      'GET /cart',
      'POST /cart/items',
      'recart',
    ]);
  });

  it('gives all of them, up to the limit, for no text', () => {
    expect(matchingSuggestions(operations, '', 5)).toEqual(operations);
    expect(matchingSuggestions(operations, '', 4)).toHaveLength(4);
  });

  it('gives none when nothing holds the text', () => {
    expect(matchingSuggestions(operations, 'zebra', 10)).toEqual([]);
  });
});
