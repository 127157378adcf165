import { describe, expect, it } from 'vitest';

import { FORMAT_TEXT_MAP } from '../constants.ts';
import { followsFrom } from '../functions.ts';
import { MockTracer } from './mock_tracer.ts';

describe('toTree', () => {
  it('draws children under their parents, with tags and what is open', () => {
    const tracer = new MockTracer();
    const root = tracer.startSpan('checkout', { tags: { 'cart.size': 3, user: 'a "b"' } });
    const pay = tracer.startSpan('pay', { childOf: root });
    tracer.startSpan('card', { childOf: pay, tags: { error: true } }).finish();
    tracer.startSpan('receipt', { references: [followsFrom(pay)] }).finish();
    tracer.startSpan('ship', { childOf: root }).finish();
    tracer.startSpan('other root').finish();
    pay.finish();
    expect(tracer.toTree().split('\n')).toEqual([
      'checkout [unfinished] {cart.size=3, user="a \\"b\\""}',
      '|-- pay',
      '|   |-- card {error=true}',
      '|   `-- receipt [follows_from]',
      '`-- ship',
      'other root',
    ]);
  });

  it('is empty without spans', () => {
    expect(new MockTracer().toTree()).toBe('');
  });

  it('names a parent that is in another process', () => {
    const tracer = new MockTracer();
    const childOf = tracer.extract(FORMAT_TEXT_MAP, { 'ot-tracer-traceid': 'ab', 'ot-tracer-spanid': 'cd' });
    const server = tracer.startSpan('server', { childOf });
    tracer.startSpan('query', { childOf: server }).finish();
    server.finish();
    expect(tracer.toTree()).toBe('server [parent cd not here]\n`-- query');
  });

  it('keeps to a line each, whatever tags and names hold', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    const tags = { text: 'a\nb', circle, big: 5n, nothing: undefined, list: [1, 2], symbol: Symbol('s') };
    const tracer = new MockTracer();
    tracer.startSpan('two\n  lines', { tags }).finish();
    expect(tracer.toTree()).toBe(
      'two lines {text="a\\nb", circle=object, big=bigint, nothing=undefined, list=[1,2], symbol=Symbol(s)}',
    );
  });

  it('draws spans whose colliding ids make them their own ancestors', () => {
    const [one, other] = [new MockTracer({ ids: 'sequential' }), new MockTracer({ ids: 'sequential' })];
    const root = one.startSpan('root');
    other.startSpan('root');
    const client = other.startSpan('client', { childOf: root });
    const server = one.startSpan('server', { childOf: client });
    // Both are span 3 of trace 2.
    expect(server.parentId()).toBe(server.uuid());
    root.finish();
    server.finish();
    expect(one.toTree()).toBe('root\nserver [parent 0000000000000003 not here]');
  });

  it('is no deeper than memory allows: 3,000 levels', () => {
    const tracer = new MockTracer();
    let childOf = tracer.startSpan('root');
    for (let level = 1; level < 3000; level++) childOf = tracer.startSpan('child', { childOf });
    const lines = tracer.toTree().split('\n');
    expect(lines).toHaveLength(3000);
    expect(lines.at(-1)).toBe(`${'    '.repeat(2998)}\`-- child [unfinished]`);
  });
});
