import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from '@duckdb/node-api';

/** DuckDB for reading segments. Loaded with the first query that needs it: a store without segments starts without. */
export class Database {
  readonly #memoryLimitMegabytes: number;
  #instance: Promise<DuckDBInstance> | undefined;

  constructor(memoryLimitMegabytes: number) {
    this.#memoryLimitMegabytes = memoryLimitMegabytes;
  }

  async connect(): Promise<DuckDBConnection> {
    this.#instance ??= openInstance(this.#memoryLimitMegabytes).catch((error: unknown) => {
      this.#instance = undefined;
      throw error;
    });
    const instance = await this.#instance;
    return instance.connect();
  }

  async close(): Promise<void> {
    const instance = await this.#instance;
    instance?.closeSync();
  }
}

/** The connection of one query, so that ending one query does not end others. */
export class QueryConnection {
  readonly #database: Database;
  #connection: Promise<DuckDBConnection> | undefined;
  #running: DuckDBConnection | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  open(): Promise<DuckDBConnection> {
    this.#connection ??= this.#database.connect();
    return this.#connection;
  }

  async rows(sql: string): Promise<DuckDBValue[][]> {
    const connection = await this.open();
    this.#running = connection;
    try {
      // Streamed: a materialised result would count against the memory limit, and a trace may have a million rows.
      const result = await connection.stream(sql);
      const rows: DuckDBValue[][] = [];
      for (
        let chunk = await result.fetchChunk();
        chunk !== null && chunk.rowCount > 0;
        chunk = await result.fetchChunk()
      ) {
        for (const row of chunk.getRows()) rows.push(row);
      }
      return rows;
    } finally {
      this.#running = undefined;
    }
  }

  /** Ends what runs now with an error. */
  interrupt(): void {
    this.#running?.interrupt();
  }

  async close(): Promise<void> {
    const connection = await this.#connection;
    connection?.closeSync();
  }
}

async function openInstance(memoryLimitMegabytes: number): Promise<DuckDBInstance> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: `${memoryLimitMegabytes}MB`,
    enable_external_file_cache: 'false',
    temp_directory: '',
  });
  const connection = await instance.connect();
  // Refused as an option of the instance.
  await connection.run('SET GLOBAL parquet_metadata_cache = true');
  connection.closeSync();
  return instance;
}
