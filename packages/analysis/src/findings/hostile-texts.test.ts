import { SpanKind, SpanStatus } from '@spanwise/wire';
import { expect, test, vi } from 'vitest';
import { findingsOf, query, request, server, tags } from '../../test/finding-fixture.ts';
import type { SpanSketch } from '../../test/trace-fixture.ts';
import { parseDuration } from '../parse-duration.ts';
import { parseTraceQuery } from '../query/parse-trace-query.ts';
import { shapeOfName } from './call-target.ts';
import { isConnectionWait, isLockWait } from './wait-names.ts';

/** Whatever takes the square of that does not come back within the time of a test, which is much for a busy machine. */
const length = 1_000_000;
vi.setConfig({ testTimeout: 60_000 });

function long(piece: string): string {
  return piece.repeat(Math.ceil(length / piece.length));
}

const pieces = [
  'get',
  'get_',
  'getLock',
  'wait for the ',
  'A',
  'a',
  '-',
  ' ',
  '\n',
  'pool',
  'lock ',
  '1',
  "'",
  '(?,',
  '/',
];
const texts = pieces.flatMap((piece) => [long(piece), `1 ${long(piece)}`, `${long(piece)}!lock`]);

test('names of a million characters are read', () => {
  for (const text of texts) {
    isLockWait(text);
    isConnectionWait(text);
    shapeOfName(text);
  }
  expect(isLockWait(long('get'))).toBe(false);
  expect(isLockWait(`${long('get ')} lock`)).toBe(true);
  expect(shapeOfName(`${long('a')} 1`)).toBe(`${long('a')} ?`);
});

test('durations and numbers of a query of a million characters are read', () => {
  expect(parseDuration(`5${long(' ')}ms${long(' ')}`)).toBe(5e6);
  expect(parseDuration(`5${long(' ')}!`)).toBeUndefined();
  expect(parseTraceQuery(`duration>"5${long(' ')}!"`).problems).not.toEqual([]);
  expect(parseTraceQuery(`http.status_code>${long('1')}x`).problems).not.toEqual([]);
});

test('findings are looked for in traces whose texts are a million characters long', () => {
  const spans = texts.flatMap((text, at): SpanSketch[] => {
    const id = at * 4 + 2;
    const failed = { status: SpanStatus.error, statusMessage: text, attributes: tags({ 'error.kind': text.slice(1) }) };
    return [
      { id, parent: 1, at: [0, 1e9], name: text, service: 'shop', kind: SpanKind.internal, ...failed },
      request(id + 1, 1, [0, 1000], `/${text}`, { 'rpc.method': text }, { name: text }),
      query(id + 2, 1, [0, 1000], text),
      query(id + 3, 1, [0, 1000], `SELECT a < ? ${text} order by ${text}`),
    ];
  });
  expect(findingsOf([server(1, [0, 1000], { status: SpanStatus.error }), ...spans]).map(({ kind }) => kind)).toContain(
    'error-origin',
  );
});
