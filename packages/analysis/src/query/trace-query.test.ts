import type { SearchCondition } from '@spanwise/wire/query';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { describeQueryProblem } from './describe-query-problem.ts';
import { formatTraceQuery } from './format-trace-query.ts';
import { parseTraceQuery } from './parse-trace-query.ts';
import { queryPlace } from './query-place.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('a b', 'x"y', '\\', 'AND', 'OR', 'service', 'trace.error', '!a', '=b', 'a=b', '\n', '', '注文', ' '),
);
const key = text.filter((one) => one !== '');
const duration = fc.constantFrom('200ms', '1.5s', '90us', '2 min', '0');
const comparison = fc.constantFrom('<', '<=', '>', '>=');
const equality = fc.constantFrom('=', '!=');

const condition: fc.Arbitrary<SearchCondition> = fc.oneof(
  fc.record({ field: fc.constantFrom('service', 'operation'), operator: equality, value: text }),
  fc.record({ field: fc.constant('kind'), operator: equality, value: fc.constantFrom('server', 'consumer') }),
  fc.record({ field: fc.constant('status'), operator: equality, value: fc.constantFrom('unset', 'ok', 'error') }),
  fc.record({
    field: fc.constantFrom('duration', 'trace.duration'),
    operator: fc.oneof(comparison, fc.constant('=')),
    value: duration,
  }),
  fc.record({ field: fc.constant('trace.error'), operator: fc.constantFrom('has', '!has') }),
  fc.record({ field: fc.constant('tag'), key, operator: fc.constantFrom('has', '!has') }),
  fc.record({ field: fc.constant('tag'), key, operator: equality, value: text }),
  fc.record({
    field: fc.constant('tag'),
    key,
    operator: comparison,
    value: fc.constantFrom('500', '-0.5', '1e3', '.5'),
  }),
) as fc.Arbitrary<SearchCondition>;

describe('a query', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.array(condition, { maxLength: 6 }), (conditions) => {
        expect(parseTraceQuery(formatTraceQuery(conditions))).toEqual({ conditions, problems: [] });
      }),
    );
  });

  it('never throws, and its problems and places lie in it', () => {
    const piece = fc.constantFrom('"', '\\', '=', '!', '<', '>', ' ', 'a', 'service', 'duration', 'OR', '5');
    const query = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(query, fc.nat(), (written, place) => {
        for (const { from, to, ...problem } of parseTraceQuery(written).problems) {
          expect(from).toBeLessThan(to);
          expect(to).toBeLessThanOrEqual(written.length);
          expect(describeQueryProblem({ from, to, ...problem })).not.toBe('');
        }
        const { from, to } = queryPlace(written, Math.min(place, written.length));
        expect(from).toBeLessThanOrEqual(to);
        expect(to).toBeLessThanOrEqual(written.length);
      }),
    );
  });

  it('holds fields, tags, comparisons and their opposites', () => {
    const written = 'service=orders operation="POST /orders" http.status_code >= 500 duration>200ms error !cache.hit';
    expect(parseTraceQuery(written)).toEqual({
      problems: [],
      conditions: [
        { field: 'service', operator: '=', value: 'orders' },
        { field: 'operation', operator: '=', value: 'POST /orders' },
        { field: 'tag', key: 'http.status_code', operator: '>=', value: '500' },
        { field: 'duration', operator: '>', value: '200ms' },
        { field: 'tag', key: 'error', operator: 'has' },
        { field: 'tag', key: 'cache.hit', operator: '!has' },
      ],
    });
  });

  it('takes a quoted name for a tag, further equals signs into the value, and AND as a space', () => {
    expect(parseTraceQuery('"service"=a AND sql=a=b').conditions).toEqual([
      { field: 'tag', key: 'service', operator: '=', value: 'a' },
      { field: 'tag', key: 'sql', operator: '=', value: 'a=b' },
    ]);
  });

  it.each([
    ['service="a b', 'unclosed-quote', '"a b'],
    ['a =5', undefined, ''],
    ['=5', 'missing-name', '=5'],
    ['a error=', 'missing-value', '='],
    ['error=""', undefined, ''],
    ['!a>5', 'negated-comparison', '!a>5'],
    ['a OR b', 'no-or', 'OR'],
    ['a "OR" b', undefined, ''],
    ['service', 'no-such-operator', 'service'],
    ['service>a', 'no-such-operator', '>'],
    ['duration!=1s', 'no-such-operator', '!='],
    ['a duration>fast', 'not-a-duration', 'fast'],
    ['size>10kB', 'not-a-number', '10kB'],
    ['size=10kB', undefined, ''],
    ['kind=sever', 'unknown-value', 'sever'],
    ['kind=server', undefined, ''],
    ['trace.error=yes', 'unknown-value', 'yes'],
    ['trace.error=false', undefined, ''],
  ])('points at what is wrong: %s', (written, kind, place) => {
    const [problem] = parseTraceQuery(written).problems;
    expect(problem?.kind).toBe(kind);
    expect(written.slice(problem?.from, problem?.to)).toBe(problem === undefined ? written : place);
  });

  it.each([
    ['', 0, 'name', ''],
    ['serv', 4, 'name', 'serv'],
    ['serv', 1, 'name', 'serv'],
    ['service=', 8, 'value', ''],
    ['service=ord error', 11, 'value', 'ord'],
    ['service=ord error', 12, 'name', 'error'],
    ['service=ord ', 12, 'name', ''],
    ['a "b', 4, 'name', 'b'],
    ['operation="POST /o', 18, 'value', 'POST /o'],
  ])('knows what is written where: %s at %i', (written, caret, part, found) => {
    expect(queryPlace(written, caret)).toMatchObject({ part, text: found });
  });
});
