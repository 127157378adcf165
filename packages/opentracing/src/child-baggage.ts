import { same } from './conformance-case.ts';
import type { Span, Tracer } from './contract.ts';

/**
 * Requires that an item which is set on a child is its own: neither its parent nor another child has it. Both suites for
 * tracers ask for it.
 *
 * @internal
 */
export function expectBaggageOfChild(tracer: Tracer): void {
  const parent = tracer.startSpan('parent');
  const [before, child] = [0, 1].map(() => tracer.startSpan('child', { childOf: parent })) as [Span, Span];
  child.setBaggageItem('own', 'value');
  same(child.getBaggageItem('own'), 'value', "the child's own item");
  same(parent.getBaggageItem('own'), undefined, "the child's item, asked of its parent");
  same(before.getBaggageItem('own'), undefined, "the child's item, asked of another child");
  const later = tracer.startSpan('child', { childOf: parent });
  same(later.getBaggageItem('own'), undefined, "the child's item, asked of a later child of its parent");
}
