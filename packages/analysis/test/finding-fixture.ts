import { SpanKind, SpanStatus } from '@spanwise/wire';
import type { Attributes, AttributeValue, SpanEvent } from '@spanwise/wire';
import type { FindingThresholds } from '../src/findings/finding-thresholds.ts';
import { findFindings } from '../src/findings/find-findings.ts';
import type { Finding, FindingKind, FindingOf } from '../src/findings/finding.ts';
import { epochMicros, idsOf, treeOf } from './trace-fixture.ts';
import type { SpanSketch } from './trace-fixture.ts';

type Tags = Readonly<Record<string, AttributeValue>>;

/** [start, end] in milliseconds, what findings are about. */
type Millis = readonly [start: number, end: number];

export function millis([start, end]: Millis): readonly [number, number] {
  return [Math.round(start * 1e6), Math.round(end * 1e6)];
}

export function tags(tags: Tags): Attributes {
  return Object.entries(tags).flat();
}

/** A request that `shop` serves, unless `parts` say otherwise. */
export function server(id: number, at: Millis, parts: Partial<SpanSketch> = {}): SpanSketch {
  return { id, at: millis(at), kind: SpanKind.server, name: 'GET /', service: 'shop', ...parts };
}

export function query(
  id: number,
  parent: number,
  at: Millis,
  statement: string,
  parts: Partial<SpanSketch> = {},
): SpanSketch {
  return {
    id,
    parent,
    at: millis(at),
    kind: SpanKind.client,
    name: statement.split(' ', 1)[0]!,
    service: 'shop',
    attributes: tags({ 'db.statement': statement }),
    ...parts,
  };
}

export function request(
  id: number,
  parent: number,
  at: Millis,
  url: string,
  more: Tags = {},
  parts: Partial<SpanSketch> = {},
): SpanSketch {
  const method = typeof more['http.method'] === 'string' ? more['http.method'] : 'GET';
  const status = more['http.status_code'];
  return {
    id,
    parent,
    at: millis(at),
    kind: SpanKind.client,
    name: method,
    service: 'shop',
    status: typeof status === 'number' && status >= 400 ? SpanStatus.error : SpanStatus.unset,
    attributes: tags({ 'http.method': method, 'http.url': url, ...more }),
    ...parts,
  };
}

/** `count` spans one after the other, the first at `from`, each `length` long with `pause` behind it. */
export function inARow(
  count: number,
  [from, length, pause]: readonly [from: number, length: number, pause: number],
  make: (at: Millis, item: number) => SpanSketch,
): SpanSketch[] {
  return Array.from({ length: count }, (_, item) => {
    const start = from + item * (length + pause);
    return make([start, start + length], item);
  });
}

export function findingsOf(
  sketches: readonly SpanSketch[],
  thresholds: Partial<FindingThresholds> = {},
): readonly Finding[] {
  return findFindings(treeOf(...sketches), thresholds);
}

export function kindsOf(sketches: readonly SpanSketch[], thresholds: Partial<FindingThresholds> = {}): FindingKind[] {
  return findingsOf(sketches, thresholds).map(({ kind }) => kind);
}

/** The only finding of that kind, with ids for its evidence and its subject; fails when there are more or none. */
export function theFinding<Kind extends FindingKind>(
  kind: Kind,
  sketches: readonly SpanSketch[],
): Omit<FindingOf<Kind>, 'evidence' | 'subject'> & { readonly ids: number[]; readonly about: number } {
  const tree = treeOf(...sketches);
  const found = findFindings(tree).filter((finding): finding is FindingOf<Kind> & Finding => finding.kind === kind);
  if (found.length !== 1) throw new Error(`${found.length} findings of ${kind}: ${JSON.stringify(findFindings(tree))}`);
  const { evidence, subject, ...rest } = found[0]! as FindingOf<Kind>;
  return { ...rest, ids: idsOf(tree, evidence), about: idsOf(tree, [subject])[0]! };
}

export function event(name: string, atMillis: number, attributes: Tags = {}): SpanEvent {
  return {
    timeMicros: epochMicros + Math.round(atMillis * 1000),
    timeNanos: 0,
    name,
    attributes: tags(attributes),
    droppedAttributesCount: 0,
  };
}
