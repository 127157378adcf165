import { SpanKind } from '@spanwise/wire/span-record';
import type { Attributes } from '@spanwise/wire/span-record';

import type { SampleSpan } from './sample-traces.ts';

const { client, consumer, producer, server } = SpanKind;

type Parts = Pick<SampleSpan, 'name' | 'kind' | 'failed' | 'tags'> & { readonly service?: string };

/** What a request does: its calls as [start, end] in milliseconds since its own start. */
type Call = Parts & { readonly at: readonly [start: number, end: number]; readonly calls?: readonly Call[] };

function query(at: Call['at'], statement: string): Call {
  return { at, name: statement.split(' ', 2).join(' '), kind: client, tags: ['db.statement', statement] };
}

function request(at: Call['at'], url: string, status = 200): Call {
  const tags: Attributes = ['http.method', 'GET', 'http.url', url, 'http.status_code', status];
  return { at, name: `GET ${new URL(url).pathname}`, kind: client, tags, failed: status >= 400 };
}

function inARow(
  count: number,
  [from, length, pause]: readonly number[],
  make: (at: Call['at'], index: number) => Call,
) {
  return Array.from({ length: count }, (_, index) => {
    const start = from! + index * (length! + pause!);
    return make([start, start + length!], index);
  });
}

const serve = (name: string, millis: number, calls: readonly Call[], parts: Partial<Parts> = {}): Call => ({
  at: [0, millis],
  name,
  kind: server,
  calls,
  ...parts,
});

/** One request after the other, each with one kind of fault: together every kind of finding that there is. */
const faults: readonly Call[] = [
  serve('GET /orders', 198, [
    ...inARow(41, [5, 3, 0], (at) => query(at, 'SELECT * FROM item WHERE id = $1')),
    query([130, 196], 'SELECT * FROM customer'),
  ]),
  serve(
    'GET /rates',
    100,
    inARow(3, [1, 30, 0], (at) => request(at, 'http://rates/today')),
  ),
  serve(
    'GET /overview',
    400,
    inARow(4, [1, 90, 0], (at, index) => request(at, `http://stock/${['shelf', 'price', 'photo', 'text'][index]}`)),
  ),
  serve(
    'POST /pay',
    100,
    inARow(3, [1, 20, 5], (at, index) => request(at, 'http://pay/charge', index < 2 ? 503 : 200)),
  ),
  serve('GET /stock', 100, [request([10, 90], 'http://stock/all', 504)]),
  serve(
    'GET /shelves',
    400,
    [100, 100, 100, 390].map((end, index) => request([0, end], `http://stock/shelves/${index}`)),
  ),
  serve('POST /mails', 60, [
    {
      at: [10, 50],
      name: 'send receipts',
      kind: producer,
      tags: ['message_bus.destination', 'receipts'],
      calls: [{ at: [600, 610], name: 'receive', kind: consumer, service: 'mailer' }],
    },
  ]),
  serve('POST /carts', 200, [query([10, 190], 'BEGIN')]),
  serve('POST /returns', 220, [query([1, 5], 'BEGIN'), query([205, 215], 'COMMIT')]),
  serve('GET /report', 200, [], { tags: ['spanwise.eventloop.blocked_ms', 120] }),
  serve('GET /pages', 300, [query([180, 299], 'SELECT text FROM page')]),
  serve('GET /broken', 90, [{ ...query([10, 80], 'SELECT a FROM b'), failed: true }], { failed: true }),
  serve('GET /clocks', 90, [{ at: [-25, 60], name: 'GET /shelf', kind: server, service: 'stock' }]),
];

/** How many kinds of findings `faultySpans` has. */
export const faultKinds = 13;

/** A trace in which everything is wrong that a finding is about. */
export function faultySpans(): SampleSpan[] {
  const spans: SampleSpan[] = [];
  const add = ({ at: [from, to], calls = [], ...parts }: Call, parent: number, origin: number): void => {
    const id = spans.length + 1;
    spans.push({
      service: 'shop',
      ...parts,
      id,
      parent,
      start: (origin + from) * 1000,
      duration: (to - from) * 1000,
    });
    for (const call of calls) add(call, id, origin);
  };
  for (const [index, fault] of faults.entries()) add(fault, 0, index * 1000);
  return spans;
}
