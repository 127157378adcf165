import type { Span, Tracer } from './contract.ts';
import { childOf, followsFrom } from './functions.ts';

/** Who is the parent of whom, as `startSpan` says. All of them are open. */
export interface Kinship {
  child: Span;
  parent: Span;
  /** Roots that might have been taken for the parent. */
  others: Span[];
}

/** The rules of `Tracer.startSpan`, each with spans that are started by it. Both suites for tracers ask for them. @internal */
export const parentRules: Record<string, (tracer: Tracer) => Kinship[]> = {
  'the span or context that childOf names is the parent, and not the active span': (tracer) => {
    const parent = root(tracer, 'parent');
    return [parent, parent.context()].map((named) =>
      underActive(tracer, (active) => ({
        child: tracer.startSpan('child', { childOf: named }),
        parent,
        others: [active],
      })),
    );
  },

  'the span that a reference names is the parent, and not the active span': (tracer) => {
    const parent = root(tracer, 'parent');
    return [childOf(parent), followsFrom(parent)].map((reference) =>
      underActive(tracer, (active) => ({
        child: tracer.startSpan('child', { references: [reference] }),
        parent,
        others: [active],
      })),
    );
  },

  'a follows-from reference that is alone names the parent': (tracer) => {
    const [parent, other] = [root(tracer, 'parent'), root(tracer, 'other')];
    const child = tracer.startSpan('child', { references: [followsFrom(parent)] });
    return [{ child, parent, others: [other] }];
  },

  'the first child-of reference names the parent, wherever it stands': (tracer) => {
    const [parent, ...others] = ['parent', 'one', 'two', 'three'].map((name) => root(tracer, name)) as [
      Span,
      ...Span[],
    ];
    const [one, two, three] = others as [Span, Span, Span];
    return [
      [followsFrom(one), followsFrom(two), childOf(parent), childOf(three)],
      [childOf(parent), childOf(one), followsFrom(two)],
      [followsFrom(one), childOf(parent)],
    ].map((references) => ({ child: tracer.startSpan('child', { references }), parent, others }));
  },

  'the first reference names the parent when none is child-of': (tracer) => {
    const [parent, ...others] = ['parent', 'one', 'two'].map((name) => root(tracer, name)) as [Span, ...Span[]];
    const references = [parent, ...others].map((span) => followsFrom(span));
    return [{ child: tracer.startSpan('child', { references }), parent, others }];
  },

  'childOf comes before the references': (tracer) => {
    const [parent, ...others] = ['parent', 'one', 'two'].map((name) => root(tracer, name)) as [Span, ...Span[]];
    const [one, two] = others as [Span, Span];
    return [[childOf(one), followsFrom(two)], [followsFrom(one), childOf(two)], [followsFrom(one)]].map(
      (references) => ({
        child: tracer.startSpan('child', { childOf: parent, references }),
        parent,
        others,
      }),
    );
  },
};

function root(tracer: Tracer, name: string): Span {
  return tracer.startSpan(name, { ignoreActiveSpan: true });
}

/** Tracers whose classes are those of npm opentracing have no active span: then it is a root as others are. */
function underActive(tracer: Tracer, start: (active: Span) => Kinship): Kinship {
  if (typeof (tracer as Partial<Tracer>).startActiveSpan !== 'function') return start(root(tracer, 'active'));
  const scope = tracer.startActiveSpan('active', { ignoreActiveSpan: true });
  try {
    return start(scope.span);
  } finally {
    scope.close();
  }
}
