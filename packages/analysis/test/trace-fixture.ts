import { emptyResource, spanRecord } from '@spanwise/wire';
import type { Attributes, SpanLink, SpanRecord } from '@spanwise/wire';
import { buildTree } from '../src/build-tree.ts';
import type { TraceTree } from '../src/trace-tree.ts';

/** Fixtures start here, so that no start is mistaken for an unknown one. */
export const epochMicros = 1_700_000_000_000_000;

export interface SpanSketch extends Partial<Omit<SpanRecord, 'links'>> {
  readonly id: number;
  readonly parent?: number;
  /** [start, end] in nanoseconds after `epochMicros`; an end of `undefined` leaves the duration out. */
  readonly at?: readonly [number, number | undefined];
  readonly service?: string;
  readonly followsFrom?: number;
}

/** A span from what matters to a test; name and service default to `span <id>` and `shop`. */
export function sketch({ id, parent, at = [0, 0], service, followsFrom, ...parts }: SpanSketch): SpanRecord {
  const [start, end] = at;
  return spanRecord({
    traceId3: 7,
    spanId1: id,
    parentId1: parent ?? 0,
    name: `span ${id}`,
    startMicros: epochMicros + Math.floor(start / 1000),
    startNanos: ((start % 1000) + 1000) % 1000,
    durationNanos: end === undefined ? undefined : end - start,
    resource: { ...emptyResource, serviceName: service ?? 'shop' },
    links: followsFrom === undefined ? [] : [followsFromLink(followsFrom)],
    ...parts,
  });
}

export function treeOf(...sketches: readonly SpanSketch[]): TraceTree {
  return buildTree(sketches.map(sketch));
}

/** Ids instead of positions: what a person would write down. */
export function idsOf(tree: TraceTree, positions: Iterable<number>): number[] {
  return Array.from(positions, (index) => tree.spans[index]!.spanId1);
}

export function positionOf(tree: TraceTree, id: number): number {
  return tree.spans.findIndex((span) => span.spanId1 === id);
}

/** `{ child: parent }` by id, 0 for roots. */
export function parentsOf(tree: TraceTree): Record<number, number> {
  return Object.fromEntries(
    tree.spans.map((span, index) => [span.spanId1, tree.spans[tree.parent[index]!]?.spanId1 ?? 0]),
  );
}

/** `kind id` of every warning. */
export function warningsOf(tree: TraceTree): string[] {
  return tree.warnings.map(({ kind, index }) => `${kind} ${tree.spans[index]!.spanId1}`);
}

function followsFromLink(id: number): SpanLink {
  const attributes: Attributes = ['opentracing.ref_type', 'follows_from'];
  return {
    traceId0: 0,
    traceId1: 0,
    traceId2: 0,
    traceId3: 7,
    spanId0: 0,
    spanId1: id,
    traceState: '',
    flags: 0,
    attributes,
    droppedAttributesCount: 0,
  };
}
