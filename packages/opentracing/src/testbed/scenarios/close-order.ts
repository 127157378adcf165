import type { MockSpan } from '../../mock_tracer/mock_span.ts';
import { hasNoParent, isChildOf, namesAre } from '../assertions.ts';
import type { Scenario } from '../scenario.ts';
import type { Steps } from '../steps.ts';

/**
 * A task closes its scopes in the order in which it opened them. The one that is closed too early is finished when the
 * one above closes, and neither is active afterwards. Origin: ours; opentracing-python has the early close alone.
 */
export const closeTooEarly: Scenario = {
  name: 'close_order: too_early',
  origin: 'javascript',
  *main(bench): Steps {
    const { tracer } = bench;
    const [outer, inner] = [tracer.startActiveSpan('outer'), tracer.startActiveSpan('inner')];
    outer.close();
    bench.expectActive(inner.span, 'after the early close');
    namesAre(tracer.finishedSpans(), []);
    inner.close();
    namesAre(tracer.finishedSpans(), ['inner', 'outer']);
    yield bench.turn();
    bench.expectActive(null, 'after both');
    bench.mark('later');
    const [child, parent, later] = bench.finished('inner', 'outer', 'later');
    isChildOf(child, parent);
    hasNoParent(later);
  },
};

const deepest = 50;

/** Scopes in scopes, each of which finds the one before again when it closes. Origin: ours. */
export const closeDeep: Scenario = {
  name: 'close_order: deep',
  origin: 'javascript',
  main(bench) {
    const { tracer } = bench;
    const nest = (depth: number): void => {
      const scope = tracer.startActiveSpan(`depth ${depth}`);
      if (depth < deepest) nest(depth + 1);
      bench.expectActive(scope.span, `at depth ${depth}, after those in it`);
      bench.mark(`mark ${depth}`);
      scope.close();
    };
    nest(1);
    bench.expectActive(null, 'after all');
    const spans = tracer.finishedSpans();
    const depths = Array.from({ length: deepest }, (_, index) => deepest - index);
    namesAre(
      spans,
      depths.flatMap((depth) => [`mark ${depth}`, `depth ${depth}`]),
    );
    for (const depth of depths) {
      const [mark, span, , outer] = spans.slice((deepest - depth) * 2);
      isChildOf(mark as MockSpan, span as MockSpan);
      if (outer === undefined) hasNoParent(span as MockSpan);
      else isChildOf(span as MockSpan, outer);
    }
  },
};
