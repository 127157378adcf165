import { expect, it } from 'vitest';

import { same } from './conformance-case.ts';
import { MockTracer } from './mock_tracer/mock_tracer.ts';
import { Span } from './span.ts';

class OtherSpan extends Span {
  readonly name = 'of another tracer';
}

const mock = new MockTracer({ ids: 'sequential' });
const scope = mock.startActiveSpan('checkout');
const identified = { context: () => scope.span.context() };

it.each([
  ['the name of a span', scope.span, 'the span "checkout"'],
  ['the span of a scope', scope, 'the scope of the span "checkout"'],
  ['the name of a span that has it as a property', new OtherSpan(), 'the span "of another tracer"'],
  ['the id of a span without a name', identified, 'the span 0000000000000001'],
  ['that a span has neither', new Span(), 'a span without a name'],
  ['the span of a scope without a name', { span: new Span() }, 'the scope of a span without a name'],
  ['an error', new RangeError('too far'), 'RangeError: too far'],
  ['text', 'abc', 'abc'],
  ['nothing', undefined, 'undefined'],
])('a message says %s', (_, value, text) => {
  expect(() => same(value, 42, 'the value')).toThrow(`the value: expected 42, was ${text}`);
});

it('a message says that another one has the same name', () => {
  const other = mock.startSpan('checkout');
  expect(() => same(other, scope.span, 'the span')).toThrow(
    'the span: expected the span "checkout", was another: the span "checkout"',
  );
});
