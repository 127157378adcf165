import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/** DuckDB for reading segments. Loaded when there is a first segment: a store without starts without. */
export class Database {
  readonly #memoryLimitMegabytes: number;
  #instance: Promise<DuckDBInstance> | undefined;

  constructor(memoryLimitMegabytes: number) {
    this.#memoryLimitMegabytes = memoryLimitMegabytes;
  }

  async connect(): Promise<DuckDBConnection> {
    const instance = await this.#open();
    return instance.connect();
  }

  /** Loads DuckDB ahead of the first query, which would wait 0.3 s for it. What fails is tried again by the query. */
  warm(): void {
    this.#open().catch(() => {});
  }

  async close(): Promise<void> {
    const instance = await this.#instance?.catch(() => undefined);
    instance?.closeSync();
  }

  #open(): Promise<DuckDBInstance> {
    this.#instance ??= openInstance(this.#memoryLimitMegabytes).catch((error: unknown) => {
      this.#instance = undefined;
      throw error;
    });
    return this.#instance;
  }
}

async function openInstance(memoryLimitMegabytes: number): Promise<DuckDBInstance> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  // Without `parquet_metadata_cache`: it saves 0.2 ms a segment that is read, and keeps some 140 kB of each for ever
  // (47 segments, measured), so that the process grew with the segments.
  return DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: `${memoryLimitMegabytes}MB`,
    enable_external_file_cache: 'false',
    temp_directory: '',
  });
}
