import type { DuckDBConnection, DuckDBDataChunk, DuckDBValue } from '@duckdb/node-api';

import type { Database } from './database.ts';
import type { TimeBudget } from './time-budget.ts';

/** An interrupt does nothing before DuckDB's thread has begun, so it is given again until the query has ended. */
const interruptEveryMillis = 5;

/** The connection of one query, so that ending one query does not end others. */
export class QueryConnection {
  readonly #database: Database;
  #connection: Promise<DuckDBConnection> | undefined;
  #budget: TimeBudget | undefined;
  #running: Promise<unknown> | undefined;
  #closing: Promise<void> | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  open(): Promise<DuckDBConnection> {
    this.#connection ??= this.#database.connect();
    return this.#connection;
  }

  /** From now on queries end when the budget does. */
  limit(budget: TimeBudget): void {
    this.#budget = budget;
  }

  /**
   * All rows of the result, one query at a time.
   *
   * @throws {OutOfTime} when the time budget ends first.
   * @throws {Error} when the result could not be read to its end: never fewer rows than there are.
   */
  async rows(sql: string): Promise<DuckDBValue[][]> {
    const rows: DuckDBValue[][] = [];
    await this.chunks(sql, (chunk, count) => {
      for (const row of chunk.getRows().slice(0, count)) {
        row.pop();
        rows.push(row);
      }
    });
    return rows;
  }

  /**
   * As `rows`, but hands over the result in parts as they come, with how many rows of each count: for results that are
   * too large to make an array of each row.
   */
  async chunks(sql: string, visit: (chunk: DuckDBDataChunk, rows: number) => void): Promise<void> {
    const connection = await this.open();
    this.#check();
    const reading = this.#read(connection, sql, visit);
    this.#running = reading;
    const stopInterrupting = this.#budget?.onEnd(() => interruptUntilSettled(connection, reading));
    try {
      await reading;
    } catch (error) {
      // An interrupt ends the query with an error of its own.
      this.#budget?.check();
      throw error;
    } finally {
      stopInterrupting?.();
      this.#running = undefined;
    }
  }

  /** Waits for what runs: a connection in use cannot be closed. One that did not open is nobody's any more. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const connection = await this.#connection?.catch(() => undefined);
    await this.#running?.catch(() => {});
    connection?.closeSync();
  }

  async #read(
    connection: DuckDBConnection,
    sql: string,
    visit: (chunk: DuckDBDataChunk, rows: number) => void,
  ): Promise<void> {
    // Streamed: a materialised result would count against the memory limit, and a trace may have a million rows. DuckDB's
    // client says "no more" for an error in the middle as well as for the end, so the end is a row of its own.
    const result = await connection.stream(`FROM (${sql}) UNION ALL BY NAME SELECT true AS at_end`);
    for (;;) {
      this.#check();
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0)
        throw new Error('a query ended before its last row: it was interrupted, or a file is damaged');
      const isLast = chunk.getColumnVector(chunk.columnCount - 1).getItem(chunk.rowCount - 1) === true;
      visit(chunk, isLast ? chunk.rowCount - 1 : chunk.rowCount);
      if (isLast) return;
    }
  }

  #check(): void {
    this.#budget?.check();
    if (this.#closing !== undefined) throw new Error('the query is over');
  }
}

function interruptUntilSettled(connection: DuckDBConnection, work: Promise<unknown>): void {
  connection.interrupt();
  const timer = setInterval(() => connection.interrupt(), interruptEveryMillis);
  const stop = (): void => clearInterval(timer);
  work.then(stop, stop);
}
