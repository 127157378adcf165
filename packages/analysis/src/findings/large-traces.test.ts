import { emptyResource, SpanKind, spanRecord, SpanStatus } from '@spanwise/wire';
import type { SpanRecord } from '@spanwise/wire';
import { describe, expect, test } from 'vitest';
import { event, tags } from '../../test/finding-fixture.ts';
import { buildTree } from '../build-tree.ts';
import type { TraceTree } from '../trace-tree.ts';
import { findFindings } from './find-findings.ts';

const resource = { ...emptyResource, serviceName: 'shop' };
const other = { ...emptyResource, serviceName: 'stock' };

type Shape = (id: number, count: number) => Partial<SpanRecord>;

/** Ids count from 1; a span lasts 10 µs unless its shape says otherwise. */
function trace(count: number, shape: Shape): SpanRecord[] {
  return Array.from({ length: count }, (_, index) =>
    spanRecord({
      spanId1: index + 1,
      startMicros: 1_000 + index * 20,
      durationNanos: 10_000,
      resource,
      ...shape(index + 1, count),
    }),
  );
}

const wholeTrace = (count: number): Partial<SpanRecord> => ({
  startMicros: 1_000,
  durationNanos: count * 20_000,
  kind: SpanKind.server,
});
const failed = { status: SpanStatus.error, statusMessage: 'request timed out' };

/** What each detector has most to do with. */
const shapes: Readonly<Record<string, Shape>> = {
  'siblings that are all alike': (id, count) =>
    id === 1
      ? wholeTrace(count)
      : { parentId1: 1, kind: SpanKind.client, attributes: tags({ 'db.statement': 'SELECT a FROM b WHERE id = $1' }) },
  'siblings that are all different': (id, count) =>
    id === 1
      ? wholeTrace(count)
      : {
          parentId1: 1,
          kind: SpanKind.client,
          attributes: tags({ 'http.method': 'GET', 'http.url': `http://a/${letters(id)}` }),
        },
  'siblings side by side': (id, count) =>
    id === 1
      ? wholeTrace(count)
      : { parentId1: 1, name: 'part', startMicros: 1_000 + id, durationNanos: (count - id) * 1_000 },
  'attempts that all fail': (id, count) =>
    id === 1 ? wholeTrace(count) : { parentId1: 1, kind: SpanKind.client, ...failed },
  'a chain that failed all the way': (id, count) => ({
    parentId1: id - 1,
    startMicros: 1_000 + id,
    durationNanos: (3 * count - 2 * id) * 1_000,
    resource: id % 2 === 0 ? resource : other,
    kind: id % 2 === 0 ? SpanKind.client : SpanKind.server,
    ...failed,
  }),
  'a chain that failed, with a leaf at each span': (id, count) => {
    const level = (id + 1) >> 1;
    const above = id % 2 === 1 ? id - 2 : id - 1;
    return {
      parentId1: Math.max(0, above),
      name: letters(id),
      startMicros: 1_000 + level,
      durationNanos: id % 2 === 1 ? (3 * count - 2 * level) * 1_000 : 500,
      ...failed,
    };
  },
  'transactions one after the other': (id, count) =>
    id === 1
      ? wholeTrace(count)
      : {
          parentId1: 1,
          kind: SpanKind.client,
          attributes: tags({ 'db.statement': id % 2 === 0 ? 'BEGIN' : 'COMMIT' }),
        },
  'messages that wait': (id, count) =>
    id === 1
      ? wholeTrace(count)
      : id % 2 === 0
        ? { parentId1: 1, kind: SpanKind.producer }
        : { parentId1: id - 1, kind: SpanKind.consumer, startMicros: 500_000 + id * 20 },
  'local roots with blocked loops': (id, count) =>
    id === 1
      ? wholeTrace(count)
      : {
          parentId1: 1,
          kind: SpanKind.server,
          attributes: tags({ 'spanwise.eventloop.blocked_ms': 60 }),
          events: [event('event loop blocked', 0, { duration_ms: 60 })],
        },
};

/** Without digits, which would be taken for an identifier. */
function letters(id: number): string {
  return Array.from(String(id), (digit) => 'abcdefghij'[Number(digit)]).join('');
}

/** The tree with a count of how often its columns are read and its spans asked for their attributes. */
function counted(tree: TraceTree): { tree: TraceTree; reads: () => number } {
  let reads = 0;
  const count = <Column extends object>(column: Column): Column =>
    new Proxy(column, {
      get: (target, key) => {
        reads++;
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  const { startOffsetNanos, endOffsetNanos, parent, spans } = tree;
  const columns = {
    startOffsetNanos: count(startOffsetNanos),
    endOffsetNanos: count(endOffsetNanos),
    parent: count(parent),
  };
  return { tree: { ...tree, ...columns, spans: count(spans) }, reads: () => reads };
}

describe('findings of large traces', { timeout: 120_000 }, () => {
  test.each(Object.entries(shapes))('%s: eight times the spans are less than ten times the work', (_, shape) => {
    const workFor = (size: number): number => {
      const { tree, reads } = counted(buildTree(trace(size, shape)));
      findFindings(tree);
      return reads();
    };
    // Sorting takes n log n, and so a little more than eight times.
    expect(workFor(8_000) / workFor(1_000)).toBeLessThan(10);
  });

  test.each(['a chain that failed all the way', 'messages that wait', 'attempts that all fail'])(
    '%s: 100,000 spans overflow no stack',
    (name) => {
      const tree = buildTree(trace(100_000, shapes[name]!));
      const [finding] = findFindings(tree);
      const { savableMs, savableHow, root } = finding!;
      const end = savableHow === 'wait-beside-path' ? tree.endOffsetNanos.at(-1)! : tree.endOffsetNanos[root]!;
      expect(savableMs).toBeLessThanOrEqual((end - tree.startOffsetNanos[root]!) / 1e6);
    },
  );

  test('a loop of 100,000 calls is one finding', () => {
    const [finding] = findFindings(buildTree(trace(100_000, shapes['siblings that are all alike']!)));
    expect(finding).toMatchObject({ kind: 'n-plus-one', savableMs: 999.98, facts: { count: 99_999 } });
  });
});
