import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Database } from './database.ts';
import { QueryConnection } from './query-connection.ts';
import { OutOfTime, TimeBudget } from './time-budget.ts';

const endless = 'SELECT count(*) FROM range(1000000000000)';
const long = 'SELECT range AS number FROM range(1000000000000)';

describe('QueryConnection', () => {
  let database: Database;
  let connection: QueryConnection;
  beforeEach(() => {
    database = new Database(64);
    connection = new QueryConnection(database);
  });
  afterEach(async () => {
    await connection.close();
    await database.close();
  });

  it('gives all rows, in order, without the mark of the end', async () => {
    const rows = await connection.rows('SELECT range AS number, NULL AS nothing FROM range(10000)');
    expect(rows).toHaveLength(10_000);
    expect(rows.at(-1)).toEqual([9999n, null]);
    expect(await connection.rows('SELECT 1 AS number WHERE false')).toEqual([]);
    const sorted = await connection.rows('SELECT range AS number FROM range(9) ORDER BY number DESC LIMIT 2');
    expect(sorted).toEqual([[8n], [7n]]);
  });

  it('fails what asks a database that does not open, and closes', async () => {
    const broken = new Database(Number.NaN);
    const unopened = new QueryConnection(broken);
    await expect(unopened.rows('SELECT 1 AS number')).rejects.toThrow('set config');
    await unopened.close();
    const closing = new QueryConnection(broken);
    const open = closing.open();
    await Promise.all([expect(open).rejects.toThrow('set config'), closing.close(), broken.close()]);
  });

  it('throws rather than give the rows before an interrupt', async () => {
    const open = await connection.open();
    const timer = setInterval(() => open.interrupt(), 20);
    await expect(connection.rows(long)).rejects.toThrow();
    clearInterval(timer);
    expect(await connection.rows('SELECT 1 AS number')).toEqual([[1]]);
  });

  it.each([
    ['before it gives a row', endless],
    ['while it gives rows', long],
  ])('ends a query with the time budget: %s', async (_, sql) => {
    await connection.open();
    const budget = new TimeBudget(30);
    connection.limit(budget);
    await expect(connection.rows(sql)).rejects.toThrow(OutOfTime);
  });

  it('ends a query whose time was up before it began', async () => {
    await connection.open();
    const budget = new TimeBudget(0);
    connection.limit(budget);
    await expect(connection.rows(endless)).rejects.toThrow(OutOfTime);
  });

  it('ends every one of more queries than there are threads', async () => {
    const connections = Array.from({ length: 12 }, () => new QueryConnection(database));
    await Promise.all(connections.map((one) => one.open()));
    for (const one of connections) one.limit(new TimeBudget(30));
    const results = await Promise.allSettled(connections.map((one) => one.rows(endless)));
    expect(results).toEqual(connections.map(() => ({ status: 'rejected', reason: expect.any(OutOfTime) })));
    await Promise.all(connections.map((one) => one.close()));
  });
});
