import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

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
    const instance = await this.#instance?.catch(() => undefined);
    instance?.closeSync();
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
