import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api';
import { DuckDBInstance } from '@duckdb/node-api';

import { createPrivateFile, syncFile } from '../directory-sync.ts';
import type { Generation } from '../hot/generation.ts';
import { ChunkWriter } from './chunk-writer.ts';
import { segmentColumns, sqlText } from './segment-schema.ts';
import type { Pause } from './sidecar-writer.ts';

/** What DuckDB may use to write, in megabytes. */
export interface WritingMemory {
  readonly usualMegabytes: number;
  /** For rows that do not fit into less. */
  readonly mostMegabytes: number;
}

/** Writes the rows of generations into Parquet files, within a memory limit that can be raised for a while. */
export class ParquetWriter {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #chunks = new ChunkWriter();
  readonly #memory: WritingMemory;
  #memoryLimitMegabytes: number;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, memory: WritingMemory) {
    this.#instance = instance;
    this.#connection = connection;
    this.#memory = memory;
    this.#memoryLimitMegabytes = memory.usualMegabytes;
  }

  static async open(memory: WritingMemory): Promise<ParquetWriter> {
    const instance = await DuckDBInstance.create(':memory:', {
      threads: '1',
      memory_limit: `${memory.usualMegabytes}MB`,
      enable_external_file_cache: 'false',
      temp_directory: '',
    });
    return new ParquetWriter(instance, await instance.connect(), memory);
  }

  /** @throws what the file system or DuckDB says; the file may be there, in whatever state. */
  async write(generation: Generation, file: string, pause: Pause): Promise<void> {
    createPrivateFile(file);
    await this.#copyOut(generation, file, pause);
    syncFile(file);
  }

  /**
   * Has the `write` under way reject soon, if DuckDB is at work in it: ask again until it has, for DuckDB forgets what
   * comes before it began.
   */
  interrupt(): void {
    this.#connection.interrupt();
  }

  /** What DuckDB may use just now, in megabytes. */
  get memoryLimitMegabytes(): number {
    return this.#memoryLimitMegabytes;
  }

  /** Whether the limit will not be raised any more. */
  get hasMostMemory(): boolean {
    return this.#memoryLimitMegabytes >= this.#memory.mostMegabytes;
  }

  /** Twice as much, within limits. False when that is no more than before. */
  async allowMoreMemory(): Promise<boolean> {
    const before = this.#memoryLimitMegabytes;
    await this.#limitMemory(Math.max(before, Math.min(before * 2, this.#memory.mostMegabytes)));
    return this.#memoryLimitMegabytes > before;
  }

  async allowUsualMemory(): Promise<void> {
    await this.#limitMemory(this.#memory.usualMegabytes);
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }

  async #limitMemory(megabytes: number): Promise<void> {
    if (megabytes === this.#memoryLimitMegabytes) return;
    try {
      await this.#connection.run(`SET memory_limit = '${megabytes}MB'`);
      this.#memoryLimitMegabytes = megabytes;
    } catch {
      // DuckDB refuses a limit below what it holds; the segment is written all the same, and the next one tries again.
    }
  }

  async #copyOut(generation: Generation, file: string, pause: Pause): Promise<void> {
    const columns = segmentColumns.map(([name, type]) => `${name} ${type}`).join(', ');
    await this.#connection.run(`CREATE OR REPLACE TABLE generation (${columns})`);
    try {
      await this.#fill(generation, pause);
      const { rowsPerBlock } = generation.filters;
      await this.#connection.run(
        `COPY generation TO ${sqlText(file)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${rowsPerBlock}, WRITE_BLOOM_FILTER false, USE_TMP_FILE false)`,
      );
    } finally {
      await this.#connection.run('DROP TABLE generation');
    }
  }

  async #fill(generation: Generation, pause: Pause): Promise<void> {
    const appender = await this.#connection.createAppender('generation');
    try {
      for (let row = 0; row < generation.rows; await pause()) row = this.#chunks.append(appender, generation, row);
    } catch (error) {
      // Else it keeps what it holds until the collector of garbage comes by, just when there is no memory.
      discard(appender);
      throw error;
    }
    appender.closeSync();
  }
}

/** An appender that failed refuses to be closed with rows in it. */
function discard(appender: DuckDBAppender): void {
  try {
    appender.clear();
    appender.closeSync();
  } catch {
    // The error that led here is the one to tell.
  }
}

/** Whether DuckDB ran into its limit, or the system has no more. */
export function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && /Out of Memory|could not allocate/.test(error.message);
}
