import { REFERENCE_CHILD_OF } from '../constants.ts';
import type { MockSpan } from './mock_span.ts';

/** A span that waits to be drawn: what stands before it, and what stands before its children. */
type Waiting = [span: MockSpan, lead: string, indent: string];

/**
 * Draws spans under their parents in plain ASCII, one line each, siblings in the order of their start. A span whose
 * parent is not among them stands at the left, and names the parent's id.
 */
export function spanTree(spans: readonly MockSpan[]): string {
  const children = childrenOf(spans);
  const lines = new Map<MockSpan, string>();
  // All spans once more, because ids that collide (two processes that count from 1) may make a circle without a root.
  for (const root of [...(children.get(undefined) ?? []), ...spans]) {
    // Not recursive: a chain of thousands of spans would overflow the stack.
    const waiting: Waiting[] = [[root, '', '']];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [span, lead, indent] = next;
      if (lines.has(span)) continue;
      lines.set(span, lead + lineOf(span, span === root));
      const below = (children.get(span) ?? []).reverse();
      below.forEach((child, fromLast) => {
        waiting.push([child, indent + (fromLast ? '|-- ' : '`-- '), indent + (fromLast ? '|   ' : '    ')]);
      });
    }
  }
  return [...lines.values()].join('\n');
}

/** The spans under each, in their order; those without a parent here under `undefined`. */
function childrenOf(spans: readonly MockSpan[]): Map<MockSpan | undefined, MockSpan[]> {
  const keyOf = (span: MockSpan, id: string | undefined): string => `${span._traceId} ${id}`;
  const byKey = new Map(spans.map((span) => [keyOf(span, span.uuid()), span]));
  const children = new Map<MockSpan | undefined, MockSpan[]>();
  for (const span of spans) {
    const parent = byKey.get(keyOf(span, span.parentId()));
    const siblings = children.get(parent) ?? [];
    siblings.push(span);
    children.set(parent, siblings);
  }
  return children;
}

function lineOf(span: MockSpan, atLeft: boolean): string {
  const parentId = span.parentId();
  let line = span.operationName();
  if (!span.isFinished()) line += ' [unfinished]';
  if (parentId && span._parentType !== REFERENCE_CHILD_OF) line += ` [${span._parentType}]`;
  if (parentId && atLeft) line += ` [parent ${parentId} not here]`;
  const tags = Object.entries(span.tags()).map(([key, value]) => `${key}=${shown(value)}`);
  if (tags.length > 0) line += ` {${tags.join(', ')}}`;
  return line.replace(/\s+/g, ' ');
}

/** In one line, whatever it is. */
function shown(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return typeof value; // a circle, a bigint, a getter that throws
  }
}
