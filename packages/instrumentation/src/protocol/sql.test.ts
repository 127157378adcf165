import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { MAX_STATEMENT_LENGTH, normalizedStatement, statementName } from './sql.ts';

test.each([
  ['SELECT  *\n\tFROM orders', 'SELECT * FROM orders'],
  ["SELECT * FROM t WHERE name = 'O''Hara' AND id = 42", 'SELECT * FROM t WHERE name = ? AND id = ?'],
  ['SELECT * FROM t1 WHERE c2 = $1 AND d = :name', 'SELECT * FROM t1 WHERE c2 = $1 AND d = :name'],
  ["SELECT E'it\\'s', e'a''b', 'c'", 'SELECT ?, ?, ?'],
  ["SELECT $$secret$$, $tag$it's $$ secret$tag$", 'SELECT ?, ?'],
  ['SELECT "Weird 1""x" FROM "T 2"', 'SELECT "Weird 1""x" FROM "T 2"'],
  ['SELECT 1.5, 2e10, 3e-4, 0xFF, -7', 'SELECT ?, ?, ?, ?, -?'],
  ["/* traceparent='00-1' */ SELECT 1 -- the end\n, 2", 'SELECT ? , ?'],
  ['SELECT 1/2--3', 'SELECT ?/?'],
  ["SELECT 'unfinished secret", 'SELECT ?'],
  ["SELECT E'unfinished \\", 'SELECT ?'],
  ['SELECT $$unfinished secret', 'SELECT ?'],
  ['/* unfinished secret', ''],
  ['', ''],
])('%j is kept as %j', (statement, kept) => {
  expect(normalizedStatement(statement)).toBe(kept);
});

test('a statement of the greatest length is whole, one more is cut', () => {
  const fits = `SELECT ${'x'.repeat(MAX_STATEMENT_LENGTH - 7)}`;
  expect(normalizedStatement(fits)).toBe(fits);
  expect(normalizedStatement(`${fits}x`)).toHaveLength(MAX_STATEMENT_LENGTH);
  expect(normalizedStatement(`${fits}x`)).toMatch(/x…$/);
});

test('a huge literal leaks nothing where it is cut', () => {
  const kept = normalizedStatement(`INSERT INTO t VALUES ('${'secret '.repeat(500_000)}')`);
  expect(kept).toBe('INSERT INTO t VALUES (?…');
});

test('no literal survives, whatever it holds', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (value) => {
      const literal = `'${value.replaceAll("'", "''")}'`;
      expect(normalizedStatement(`SELECT ${literal} FROM t`)).toBe('SELECT ? FROM t');
    }),
  );
});

test('any text is normalised without an error', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(normalizedStatement(text).length).toBeLessThanOrEqual(MAX_STATEMENT_LENGTH);
    }),
  );
});

test.each([
  ['SELECT a FROM orders o JOIN items i ON true', 'SELECT orders'],
  ['select count(*) from only public.orders', 'SELECT public.orders'],
  ['INSERT INTO "Order Items" VALUES ($1)', 'INSERT Order Items'],
  ['UPDATE cart SET n = ?', 'UPDATE cart'],
  ['DELETE FROM cart', 'DELETE cart'],
  ['BEGIN', 'BEGIN'],
  ['SELECT ?', 'SELECT'],
  ['WITH x AS (SELECT ?) SELECT * FROM x', 'WITH'],
  ['constructor', 'CONSTRUCTOR'],
  ['(SELECT ?)', 'query'],
  ['', 'query'],
])('%j is named %j', (statement, name) => {
  expect(statementName(statement)).toBe(name);
});
