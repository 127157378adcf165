import { expect, test } from 'vitest';
import { shapeOfName, statementTarget, urlTarget } from './call-target.ts';
import type { CallTarget } from './call-target.ts';

test.each([
  ["SELECT *  FROM a\n WHERE b = 'it''s' AND c = 12.5e3", 'SELECT * FROM a WHERE b = ? AND c = ?'],
  ['SELECT * FROM a WHERE b IN ($1, $2,$3)', 'SELECT * FROM a WHERE b IN (?)'],
  ['SELECT * FROM a WHERE b IN (:x)', 'SELECT * FROM a WHERE b IN (?)'],
  ['SELECT * FROM t1 WHERE b = @p1', 'SELECT * FROM t1 WHERE b = ?'],
  ["SELECT 'never ended", 'SELECT ?'],
])('%s has the shape %s', (statement, shape) => {
  expect(statementTarget(statement).shape).toBe(shape);
});

test.each<readonly [string, Partial<CallTarget>]>([
  ['SELECT a FROM b', { exact: 'SELECT a FROM b', reads: true }],
  ['SELECT a FROM b WHERE c = ?', { exact: undefined, reads: true }],
  ['SELECT a FROM b WHERE c = 7', { exact: undefined, reads: true }],
  ['WITH c AS (SELECT 1) SELECT * FROM c', { reads: true }],
  ['WITH c AS (DELETE FROM d RETURNING *) SELECT * FROM c', { reads: false }],
  ['UPDATE a SET b = c', { reads: false, isBatch: false }],
  ['SELECT a FROM b FOR UPDATE', { reads: false, locks: true }],
  ['SELECT a FROM b LIMIT 1', { isPage: false }],
  ['SELECT a FROM b LIMIT 1 OFFSET 20', { isPage: true }],
  ['SELECT a FROM b WHERE c > $1 ORDER BY c LIMIT 20', { isPage: true }],
  ['SELECT a FROM b WHERE c <$1 AND d = 1 order by c, d\nlimit 20', { isPage: true }],
  ['SELECT a FROM b WHERE c > $1 LIMIT 20', { isPage: false }],
  ['SELECT a FROM b ORDER BY c LIMIT $1', { isPage: false }],
  ['SELECT a FROM (SELECT a FROM b ORDER BY c LIMIT 5) WHERE a > $1', { isPage: false }],
  ['SELECT a FROM b WHERE (c, d) > ($1, $2) ORDER BY c, d LIMIT 100', { isPage: true }],
  ['SELECT a FROM b WHERE (c, d) < (?, ?) ORDER BY c DESC LIMIT ?', { isPage: true }],
  ['SELECT a FROM b WHERE (c, d) = ($1, $2) ORDER BY c LIMIT 100', { isPage: false }],
  ['SELECT a FROM b WHERE c <> $1 ORDER BY c LIMIT 1', { isPage: false }],
  ["SELECT a FROM b WHERE c->>'d' = $1 ORDER BY c LIMIT 1", { isPage: false }],
  ['FETCH 100 FROM cursor', { isPage: true }],
  ['INSERT INTO a VALUES (1, 2)', { isBatch: false }],
  ['INSERT INTO a VALUES (1, 2), (3, 4)', { isBatch: true }],
  ['SELECT a FROM b WHERE c IN (1)', { isBatch: false }],
  ['SELECT a FROM b WHERE c IN (1, 2)', { isBatch: true }],
  ['COPY a FROM STDIN', { isBatch: true }],
  ['begin isolation level serializable', { control: 'begin' }],
  ['START TRANSACTION', { control: 'begin' }],
  ['rollback', { control: 'end' }],
  ['ROLLBACK TO SAVEPOINT a', { control: 'other' }],
  ['BEGINNING', { control: undefined }],
  ['/* app=shop */ BEGIN', { control: 'begin', shape: 'BEGIN' }],
  ['-- who asks\n  /* and where */-- again\r\nCOMMIT', { control: 'end' }],
  ["/*traceparent='00-1'*/ SELECT a FROM b", { reads: true, exact: 'SELECT a FROM b' }],
  [`/*${'x'.repeat(5000)}*/ SELECT a FROM b`, { reads: true, exact: 'SELECT a FROM b' }],
  ['/* app=shop */ LOCK TABLE a', { locks: true }],
  ['/* app=shop */ FETCH 100 FROM cursor', { isPage: true }],
  ['/* never ended BEGIN', { control: undefined, shape: '' }],
  ['-- BEGIN', { control: undefined, shape: '' }],
  ['/*! BEGIN */', { control: undefined, shape: '/*! BEGIN */' }],
])('%s', (statement, expected) => {
  expect(statementTarget(statement)).toMatchObject(expected);
});

test.each([
  ['GET', 'http://a.example:81/v1/item/17?b=2&a=1#x', 'GET', 'GET http://a.example:81/v1/item/:id?a&b'],
  ['get', '/item/3fa85f64-5717-4562-b3fc-2c963f66afa6', 'GET', 'GET /item/:id?'],
  ['GET', 'http://a/apple/price', 'GET /:fruit/price', 'GET http://aGET /:fruit/price?'],
  ['GET', 'http://a/apple', 'GET', 'GET http://a/apple?'],
  ['GET', '/user:17', 'GET', 'GET /:id?'],
  ['GET', '/a/17.json', 'GET', 'GET /a/:id?'],
  ['GET', 'http://a1.example/user:17', 'GET', 'GET http://a1.example/:id?'],
  ['GET', '//a:81/17', 'GET', 'GET //a:81/:id?'],
  ['GET', 'a:81/user:17', 'GET', 'GET a:81/:id?'],
])('%s %s of a span named %s has the shape %s', (method, url, name, shape) => {
  expect(urlTarget(method, url, name).shape).toBe(shape);
});

test.each<readonly [string, Partial<CallTarget>]>([
  [
    'http://a/items',
    { exact: 'GET http://a/items', reads: true, isPage: false, isBatch: false, isStream: false, isHealthCheck: false },
  ],
  ['http://a/items?sig=REDACTED', { exact: undefined }],
  ['http://a/items?Page=2', { isPage: true }],
  ['http://a/items?pages=2', { isPage: false }],
  ['http://a/items?nextToken=x', { isPage: true }],
  ['http://a/items?page_info=x', { isPage: true }],
  ['http://a/items?start=20&count=10', { isPage: true }],
  ['http://a/items?start=20&end=30', { isPage: false }],
  ['http://a/file?partNumber=3&uploadId=x', { isPage: true }],
  ['http://a/items/page/3', { isPage: true }],
  ['http://a/items/page/3/', { isPage: true }],
  ['http://a/items/page/about', { isPage: false }],
  ['http://a/items/pages/3', { isPage: false }],
  ['http://a/items:batchGet', { isBatch: true }],
  ['http://a/healthz', { isHealthCheck: true }],
  ['http://a/health/insurance', { isHealthCheck: false }],
  ['ws://a/news', { isStream: true }],
  ['http://a/events/stream', { isStream: true }],
  ['http://a/streams/7', { isStream: false }],
])('GET %s', (url, expected) => {
  expect(urlTarget('GET', url, 'GET')).toMatchObject(expected);
});

test.each([
  ['item 17', 'item ?'],
  ['GET /v2/item-5f3', 'GET /v2/?'],
  ['render receipt', 'render receipt'],
  ['a-b1_c 2-', '? ?'],
])('the name %s has the shape %s', (name, shape) => {
  expect(shapeOfName(name)).toBe(shape);
});
