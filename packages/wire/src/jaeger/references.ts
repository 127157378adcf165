import type { SpanLink } from '../span-record.ts';
import type { ThriftReader } from './thrift-reader.ts';
import { ThriftType } from './thrift-reader.ts';

/** Words of a trace id or a span id, most significant first. */
export interface SpanIds {
  readonly trace: readonly [number, number, number, number];
  readonly span: readonly [number, number];
}

/** A `SpanRef` of jaeger.thrift. */
export interface Reference extends SpanIds {
  /** OpenTracing's name; undefined for a number that jaeger.thrift does not have. */
  readonly type: 'child_of' | 'follows_from' | undefined;
}

const referenceTypes = ['child_of', 'follows_from'] as const;

/** Reads a list of references. */
export function readReferences(reader: ThriftReader): Reference[] {
  const references: Reference[] = [];
  const size = reader.listSize();
  if (size > 0 && reader.type !== ThriftType.struct) reader.fail(`references of type ${reader.type}`);
  for (let index = 0; index < size; index++) references.push(readReference(reader));
  return references;
}

function readReference(reader: ThriftReader): Reference {
  let type = 0;
  const words = [0, 0, 0, 0, 0, 0];
  reader.struct((id, fieldType) => {
    if (id === 1 && fieldType === ThriftType.i32) type = reader.i32();
    else if (id >= 2 && id <= 4 && fieldType === ThriftType.i64) {
      reader.i64();
      // Low half of the trace id, high half, span id.
      const at = [2, 0, 4][id - 2]!;
      words[at] = reader.high;
      words[at + 1] = reader.low;
    } else return false;
    return true;
  });
  const [w0, w1, w2, w3, s0, s1] = words as [number, number, number, number, number, number];
  return { type: referenceTypes[type], trace: [w0, w1, w2, w3], span: [s0, s1] };
}

/** What references say of a span's place. */
export interface Place {
  readonly parent: readonly [number, number];
  readonly links: SpanLink[];
  /** References whose ids are zero. */
  readonly droppedLinksCount: number;
}

/**
 * The parent and the links. The parent is what the span says itself, else its first `child_of` in the same trace, else the
 * first reference there; every other reference is a link that says its type, and so does one to the parent that is no
 * `child_of`. A span that names itself as its parent has none.
 */
export function placeOf(span: SpanIds, ownParent: readonly [number, number], references: readonly Reference[]): Place {
  const usable = references.filter(({ trace, span: [s0, s1] }) => trace.some((word) => word !== 0) && (s0 | s1) !== 0);
  const near = usable.filter(
    ({ trace, span: id }) => trace.every((word, at) => word === span.trace[at]) && !isSame(id, span.span),
  );
  const named = isNone(ownParent) || isSame(ownParent, span.span) ? undefined : ownParent;
  const parent = named ?? (near.find(({ type }) => type === 'child_of') ?? near[0])?.span ?? none;
  const toParent = near.filter((reference) => isSame(reference.span, parent));
  const implied = toParent.find(({ type }) => type === 'child_of');
  return {
    parent,
    links: usable.filter((reference) => reference !== implied).map(linkOf),
    droppedLinksCount: references.length - usable.length,
  };
}

const none = [0, 0] as const;

function isNone([word0, word1]: readonly [number, number]): boolean {
  return (word0 | word1) === 0;
}

function isSame(one: readonly [number, number], other: readonly [number, number]): boolean {
  return one[0] === other[0] && one[1] === other[1];
}

function linkOf({ type, trace, span }: Reference): SpanLink {
  return {
    traceId0: trace[0],
    traceId1: trace[1],
    traceId2: trace[2],
    traceId3: trace[3],
    spanId0: span[0],
    spanId1: span[1],
    traceState: '',
    flags: 0,
    attributes: type === undefined ? [] : ['opentracing.ref_type', type],
    droppedAttributesCount: 0,
  };
}
