import { SpanKind } from '@spanwise/wire';
import { describe, expect, test } from 'vitest';
import { inARow, kindsOf, millis, query, request, server, tags, theFinding } from '../../test/finding-fixture.ts';
import type { SpanSketch } from '../../test/trace-fixture.ts';

const item = 'SELECT * FROM item WHERE id = $1';

/** `count` queries of `length` ms in a request of `duration` ms. */
function loop(
  count: number,
  length: number,
  duration: number,
  statement: (item: number) => string = () => item,
): SpanSketch[] {
  return [
    server(1, [0, duration]),
    ...inARow(count, [1, length, 0.5], (at, index) => query(index + 2, 1, at, statement(index))),
  ];
}

describe('a loop of queries', () => {
  test('is named with its calls, and all but the longest could be saved', () => {
    const spans = [...loop(40, 2, 200), query(90, 1, [150, 155], item)];
    expect(theFinding('n-plus-one', spans)).toMatchObject({
      ids: [...Array.from({ length: 40 }, (_, index) => index + 2), 90],
      savableMs: 80,
      savableHow: 'all-but-longest',
      share: 0.425,
      severity: 'high',
      facts: { serviceName: 'shop', spanName: 'SELECT', count: 41, totalNanos: 85e6, longestNanos: 5e6 },
    });
  });

  test('counts from five calls on', () => {
    expect(kindsOf(loop(4, 20, 2_000))).not.toContain('n-plus-one');
    expect(kindsOf(loop(5, 20, 2_000))).toContain('n-plus-one');
    expect(kindsOf(loop(4, 20, 2_000), { nPlusOneCalls: 4 })).toContain('n-plus-one');
  });

  test('counts from 50 ms on, or a tenth of the root', () => {
    // All but one of six: five times the length.
    expect(kindsOf(loop(6, 9.999, 2_000))).not.toContain('n-plus-one');
    expect(kindsOf(loop(6, 10, 2_000))).toContain('n-plus-one');
    expect(kindsOf(loop(6, 1.999, 100))).not.toContain('n-plus-one');
    expect(kindsOf(loop(6, 2, 100))).toContain('n-plus-one');
  });

  test('does not count below 5 ms, whatever its part', () => {
    expect(kindsOf(loop(6, 0.999, 20))).not.toContain('n-plus-one');
    expect(kindsOf(loop(6, 1, 20))).toContain('n-plus-one');
  });

  test('is found behind wrappers, values that stand in the statement, and among other queries', () => {
    const wrapped = inARow(8, [1, 10, 1], (at, index) => ({
      id: 50 + index,
      parent: 1,
      at: millis(at),
      name: `item ${index}`,
    }));
    const inner = inARow(8, [2, 8, 3], (at, index) => query(100 + index, 50 + index, at, item));
    expect(theFinding('n-plus-one', [server(1, [0, 200]), ...wrapped, ...inner]).facts.count).toBe(8);
    const valued = loop(
      8,
      10,
      200,
      (index) => `select *\n from item where id in (${index}) and name = 'it''s ${index}'`,
    );
    expect(theFinding('n-plus-one', valued).facts.count).toBe(8);
    const mixed = loop(16, 5, 200, (index) => (index % 2 === 0 ? item : 'SELECT price FROM price WHERE item = $1'));
    expect(kindsOf(mixed).filter((kind) => kind === 'n-plus-one')).toHaveLength(2);
  });

  test('seen by a mapper and by the driver below it is one', () => {
    const mapper = inARow(8, [1, 10, 1], (at, index) => query(50 + index, 1, at, item, { name: 'Item.find' }));
    const driver = inARow(8, [2, 8, 3], (at, index) => query(100 + index, 50 + index, at, item));
    expect(theFinding('n-plus-one', [server(1, [0, 200]), ...mapper, ...driver]).ids[0]).toBe(50);
  });

  test('of requests is found by the paths without their ids', () => {
    const requests = inARow(6, [1, 12, 1], (at, index) => request(index + 2, 1, at, `http://stock/v1/item/${index}`));
    expect(theFinding('n-plus-one', [server(1, [0, 100]), ...requests]).savableMs).toBe(60);
  });

  test('of remote calls is found by the method', () => {
    const calls = inARow(6, [1, 12, 1], (at, index) => ({
      id: index + 2,
      parent: 1,
      at: millis(at),
      kind: SpanKind.client,
      name: 'shop.Catalogue/GetItem',
    }));
    expect(theFinding('n-plus-one', [server(1, [0, 100]), ...calls]).facts.count).toBe(6);
  });

  test('that something longer hides saves nothing, and is not told', () => {
    expect(kindsOf([...loop(10, 10, 200), request(99, 1, [0.5, 199], 'http://slow/')])).not.toContain('n-plus-one');
  });

  test('of a detached consumer counts on its own path', () => {
    const spans = [
      server(1, [0, 20]),
      { id: 2, parent: 1, at: millis([5, 6]), kind: SpanKind.producer },
      { id: 3, parent: 2, at: millis([7, 207]), kind: SpanKind.consumer, service: 'mailer' },
      ...inARow(10, [10, 15, 0.5], (at, index) => query(index + 10, 3, at, item, { service: 'mailer' })),
    ];
    const { savableMs, root, share } = theFinding('n-plus-one', spans);
    expect({ savableMs, root, share }).toEqual({ savableMs: 135, root: 2, share: 0.75 });
  });
});

const lookAlikes: readonly (readonly [name: string, spans: readonly SpanSketch[]])[] = [
  [
    'ten different statements',
    loop(10, 10, 200, (index) => `SELECT a FROM table_${'abcdefghij'[index]} WHERE id = $1`),
  ],
  ['pages of a list in SQL', loop(10, 10, 200, () => 'SELECT * FROM item ORDER BY id LIMIT 50 OFFSET $1')],
  ['pages by key', loop(10, 10, 200, () => 'SELECT * FROM item WHERE id > $1 ORDER BY id LIMIT 50')],
  [
    'pages by keys of two columns',
    loop(10, 10, 200, () => 'SELECT * FROM item WHERE (at, id) > ($1, $2) ORDER BY at, id LIMIT 100'),
  ],
  ['batches of inserted rows', loop(10, 10, 200, () => 'INSERT INTO item VALUES ($1, $2), ($3, $4), ($5, $6)')],
  ['batches of keys', loop(10, 10, 200, () => 'SELECT * FROM item WHERE id = ANY($1)')],
  ['lists of keys', loop(10, 10, 200, () => 'SELECT * FROM item WHERE id IN ($1, $2, $3)')],
  [
    'one batch insert',
    [server(1, [0, 200]), query(2, 1, [1, 180], 'INSERT INTO item VALUES ($1), ($2), ($3), ($4), ($5)')],
  ],
  [
    'pages over HTTP',
    [
      server(1, [0, 200]),
      ...inARow(10, [1, 15, 1], (at, index) => request(index + 2, 1, at, `http://stock/items?page=${index}`)),
    ],
  ],
  [
    'a fan-out',
    [
      server(1, [0, 200]),
      ...Array.from({ length: 20 }, (_, index) => query(index + 2, 1, [1 + index / 10, 150 + index / 10], item)),
    ],
  ],
  [
    'a fan-out through a pool of four',
    [
      server(1, [0, 200]),
      ...Array.from({ length: 20 }, (_, index) => {
        const start = 1 + Math.floor(index / 4) * 30 + (index % 4);
        return query(index + 2, 1, [start, start + 26], item);
      }),
    ],
  ],
  [
    'health checks of one host',
    [
      server(1, [0, 200], { name: 'probe' }),
      ...inARow(10, [1, 15, 1], (at, index) => request(index + 2, 1, at, `http://10.0.0.${index}:8080/healthz`)),
    ],
  ],
  ['one transaction after the other', loop(10, 10, 200, (index) => ['BEGIN', 'COMMIT'][index % 2]!)],
];

test.each(lookAlikes)('%s: no N+1', (_, spans) => {
  expect(kindsOf(spans)).not.toContain('n-plus-one');
  expect(kindsOf(spans)).not.toContain('repeated-call');
});

test('long polls are no loop: a call that waits 5 s does what it is for', () => {
  const polls = (length: number) => [
    server(1, [0, 40_000]),
    ...inARow(6, [1, length, 1], (at, index) => request(index + 2, 1, at, `http://shop/news?topic=${index}`)),
  ];
  expect(kindsOf(polls(5_000))).not.toContain('n-plus-one');
  expect(kindsOf(polls(4_999))).toContain('n-plus-one');
});

test('failed calls are no part of it', () => {
  const calls = inARow(5, [1, 20, 1], (at, index) =>
    request(index + 2, 1, at, `http://stock/item/${index}`, { 'http.status_code': index === 2 ? 404 : 200 }),
  );
  expect(kindsOf([server(1, [0, 200]), ...calls])).not.toContain('n-plus-one');
});

test('tags of OpenTelemetry, old and new, say the same', () => {
  const spans = loop(6, 12, 100).map((span) =>
    span.attributes === undefined ? span : { ...span, attributes: tags({ 'db.query.text': item }) },
  );
  expect(kindsOf(spans)).toContain('n-plus-one');
});
