import { REFERENCE_FOLLOWS_FROM } from '../constants.ts';
import type { MockSpan } from '../mock_tracer/mock_span.ts';
import { deepEqual } from './deep-equal.ts';
import { requireSpans } from './require-spans.ts';
import { named, shown, treesOf } from './shown.ts';

/** What a check found: the fact in words, whether it holds, and what is the case. For assertions and matchers alike. */
export interface Verdict {
  pass: boolean;
  /** The subject, and what it is required to do: `"a" (…)`, `be a root`. */
  subject: string;
  predicate: string;
  /** What was found. */
  found: string;
  /** The trees of the spans. */
  trees: string;
}

/** The text for a check that should have turned out otherwise. */
export function failureOf({ pass, subject, predicate, found, trees }: Verdict): string {
  return `expected the span ${subject} ${pass ? 'not ' : ''}to ${predicate}: ${found}${trees}`;
}

export function inTraceOf(span: MockSpan, other: MockSpan): Verdict {
  requireSpans(span, other);
  const [traceId, otherId] = [span.context().toTraceId(), other.context().toTraceId()];
  return {
    pass: traceId === otherId,
    subject: named(span),
    predicate: `be in the trace of ${named(other)}`,
    found: traceId === otherId ? `both are in the trace ${traceId}` : `their traces are ${traceId} and ${otherId}`,
    trees: treesOf([span, other]),
  };
}

export function childOf(span: MockSpan, parent: MockSpan): Verdict {
  requireSpans(span, parent);
  return {
    pass: span.parentId() === parent.uuid() && span.context().toTraceId() === parent.context().toTraceId(),
    subject: named(span),
    predicate: `be a child of ${named(parent)}`,
    found: parentOf(span),
    trees: treesOf([span, parent]),
  };
}

export function followsFrom(span: MockSpan, earlier: MockSpan): Verdict {
  requireSpans(span, earlier);
  const references = span.references().map((reference) => {
    const context = reference.referencedContext();
    return `${reference.type()} ${context?.toSpanId()} of ${context?.toTraceId()}`;
  });
  return {
    pass: references.includes(`${REFERENCE_FOLLOWS_FROM} ${earlier.uuid()} of ${earlier.context().toTraceId()}`),
    subject: named(span),
    predicate: `follow from ${named(earlier)}`,
    found: references.length === 0 ? 'it has no references' : `its references are ${references.join(', ')}`,
    trees: treesOf([span, earlier]),
  };
}

export function root(span: MockSpan): Verdict {
  requireSpans(span);
  return {
    pass: span.parentId() === undefined,
    subject: named(span),
    predicate: 'be a root',
    found: parentOf(span),
    trees: treesOf([span]),
  };
}

/** @param expected the value, when there are three arguments: `undefined` may be asked for */
export function tag(span: MockSpan, key: string, ...expected: [] | [unknown]): Verdict {
  requireSpans(span);
  const isSet = Object.hasOwn(span.tags(), key);
  return {
    pass: isSet && (expected.length === 0 || deepEqual(span.tag(key), expected[0])),
    subject: named(span),
    predicate: `have the tag ${key}${expected.length === 0 ? '' : `=${shown(expected[0])}`}`,
    found: `its tags are ${shown(span.tags())}`,
    trees: treesOf([span]),
  };
}

/** @param fields those that one and the same log must have, among others */
export function log(span: MockSpan, fields: Readonly<Record<string, unknown>>): Verdict {
  requireSpans(span);
  const expected = Object.entries(fields);
  const logs = span.logs().map((entry) => entry.fields);
  return {
    pass: logs.some((entry) =>
      expected.every(([key, value]) => Object.hasOwn(entry, key) && deepEqual(entry[key], value)),
    ),
    subject: named(span),
    predicate: `have a log with ${shown(fields)}`,
    found: logs.length === 0 ? 'it has no logs' : `its logs are ${logs.map(shown).join(', ')}`,
    trees: treesOf([span]),
  };
}

function parentOf(span: MockSpan): string {
  return span.parentId() === undefined ? 'it has no parent' : `its parent is ${span.parentId()}`;
}
