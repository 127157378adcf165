import { spanIdHex, traceIdHex } from '@spanwise/wire';
import { attributeOf } from '@spanwise/wire/span-record';
import type { SpanLink, SpanRecord } from '@spanwise/wire/span-record';
import type { TraceModel } from './trace-model.ts';

/** A reference beside the parent: to another span (`incoming` false) or from one of this trace. */
export interface Reference {
  readonly incoming: boolean;
  /** `follows_from` and the like, empty when the sender did not say. */
  readonly type: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Position of the other span in this trace, -1 when it is not in it. */
  readonly index: number;
}

/** What a span refers to, then what in this trace refers to it. References that only repeat the parent are left out. */
export function findReferences(model: TraceModel, index: number): Reference[] {
  const { spans, parent } = model.tree;
  const span = spans[index]!;
  const outgoing = span.links.map((link) => outgoingReference(model, link));
  const incoming: Reference[] = [];
  for (const [from, other] of spans.entries()) {
    for (const link of other.links) {
      if (from === index || parent[from] === index || !pointsTo(link, span)) continue;
      incoming.push({
        incoming: true,
        type: typeOf(link),
        traceId: model.traceId,
        spanId: spanIdHex(other),
        index: from,
      });
    }
  }
  return [...outgoing.filter((reference) => reference.index === -1 || reference.index !== parent[index]), ...incoming];
}

function outgoingReference(model: TraceModel, link: SpanLink): Reference {
  const index = model.tree.spans.findIndex((span) => pointsTo(link, span));
  return { incoming: false, type: typeOf(link), traceId: traceIdHex(link), spanId: spanIdHex(link), index };
}

function pointsTo(link: SpanLink, span: SpanRecord): boolean {
  return (
    link.spanId0 === span.spanId0 &&
    link.spanId1 === span.spanId1 &&
    link.traceId2 === span.traceId2 &&
    link.traceId3 === span.traceId3
  );
}

function typeOf(link: SpanLink): string {
  const type = attributeOf(link.attributes, 'opentracing.ref_type');
  return typeof type === 'string' ? type : '';
}
