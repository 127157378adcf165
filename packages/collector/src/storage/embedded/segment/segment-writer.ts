import { renameSync, rmSync, statSync } from 'node:fs';

import type { DuckDBConnection } from '@duckdb/node-api';
import { DuckDBInstance } from '@duckdb/node-api';

import { createPrivateFile, syncDirectory, syncFile } from '../directory-sync.ts';
import type { Generation } from '../hot/generation.ts';
import type { JournalPosition } from '../journal/journal-position.ts';
import { ChunkWriter } from './chunk-writer.ts';
import type { SegmentInfo } from './segment-info.ts';
import { parquetPath, sidecarPath } from './segment-files.ts';
import { segmentColumns, sqlText } from './segment-schema.ts';
import type { Pause } from './sidecar-writer.ts';
import { writeSidecar } from './sidecar-writer.ts';

/** Turns generations into segments. One at a time. */
export class SegmentWriter {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #chunks = new ChunkWriter();
  readonly #directory: string;
  readonly #pause: Pause;
  #memoryLimitMegabytes: number;

  private constructor(
    instance: DuckDBInstance,
    connection: DuckDBConnection,
    { directory, memoryLimitMegabytes, pause }: { directory: string; memoryLimitMegabytes: number; pause: Pause },
  ) {
    this.#memoryLimitMegabytes = memoryLimitMegabytes;
    this.#instance = instance;
    this.#connection = connection;
    this.#directory = directory;
    this.#pause = pause;
  }

  static async open(directory: string, memoryLimitMegabytes: number, pause: Pause): Promise<SegmentWriter> {
    const instance = await DuckDBInstance.create(':memory:', {
      threads: '1',
      memory_limit: `${memoryLimitMegabytes}MB`,
      enable_external_file_cache: 'false',
      temp_directory: '',
    });
    return new SegmentWriter(instance, await instance.connect(), { directory, memoryLimitMegabytes, pause });
  }

  /**
   * Writes the segment with this number. The rename of its Parquet file is the moment from which it counts.
   *
   * @throws what the file system or DuckDB says; then nothing of the segment is left, and it can be tried again.
   */
  async write(number: number, generation: Generation, to: JournalPosition): Promise<SegmentInfo> {
    const parquet = parquetPath(this.#directory, number);
    const sidecar = sidecarPath(this.#directory, number);
    try {
      createPrivateFile(`${parquet}.tmp`);
      await this.#copyOut(generation, `${parquet}.tmp`);
      syncFile(`${parquet}.tmp`);
      const header = await writeSidecar(sidecar, generation, { to, writtenMicros: Date.now() * 1000 }, this.#pause);
      renameSync(`${parquet}.tmp`, parquet);
      syncDirectory(this.#directory);
      return { number, header, bytes: statSync(parquet).size + statSync(sidecar).size };
    } catch (error) {
      for (const file of [`${parquet}.tmp`, `${sidecar}.tmp`, parquet, sidecar]) rmSync(file, { force: true });
      await this.#allowMoreMemory(error);
      throw error;
    }
  }

  /** Rows that do not fit must not stand in the way of all later ones: the next attempt may use twice as much. */
  async #allowMoreMemory(error: unknown): Promise<void> {
    if (!(error instanceof Error) || !/Out of Memory|could not allocate/.test(error.message)) return;
    this.#memoryLimitMegabytes *= 2;
    await this.#connection.run(`SET memory_limit = '${this.#memoryLimitMegabytes}MB'`);
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }

  async #copyOut(generation: Generation, file: string): Promise<void> {
    const columns = segmentColumns.map(([name, type]) => `${name} ${type}`).join(', ');
    await this.#connection.run(`CREATE OR REPLACE TABLE generation (${columns})`);
    try {
      await this.#fill(generation);
      const { rowsPerBlock } = generation.filters;
      await this.#connection.run(
        `COPY generation TO ${sqlText(file)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${rowsPerBlock}, WRITE_BLOOM_FILTER false, USE_TMP_FILE false)`,
      );
    } finally {
      await this.#connection.run('DROP TABLE generation');
    }
  }

  async #fill(generation: Generation): Promise<void> {
    const appender = await this.#connection.createAppender('generation');
    for (let row = 0; row < generation.rows; await this.#pause()) row = this.#chunks.append(appender, generation, row);
    appender.closeSync();
  }
}
