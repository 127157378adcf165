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

/** A segment that does not fit is given no more than this, whatever its rows: many times what any has needed. */
const mostMegabytes = 2048;

/** Turns generations into segments. One at a time. */
export class SegmentWriter {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #chunks = new ChunkWriter();
  readonly #directory: string;
  readonly #pause: Pause;
  readonly #usualMegabytes: number;
  #memoryLimitMegabytes: number;

  private constructor(
    instance: DuckDBInstance,
    connection: DuckDBConnection,
    { directory, memoryLimitMegabytes, pause }: { directory: string; memoryLimitMegabytes: number; pause: Pause },
  ) {
    this.#usualMegabytes = memoryLimitMegabytes;
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
      await this.#limitMemory(this.#usualMegabytes);
      return { number, header, bytes: statSync(parquet).size + statSync(sidecar).size };
    } catch (error) {
      for (const file of [`${parquet}.tmp`, `${sidecar}.tmp`, parquet, sidecar]) rmSync(file, { force: true });
      await this.#allowMoreMemory(error);
      throw error;
    }
  }

  /** What DuckDB may use just now, in megabytes. */
  get memoryLimitMegabytes(): number {
    return this.#memoryLimitMegabytes;
  }

  /** Rows that do not fit must not stand in the way of all later ones: the next attempt may use twice as much, within limits. */
  async #allowMoreMemory(error: unknown): Promise<void> {
    if (!(error instanceof Error) || !/Out of Memory|could not allocate/.test(error.message)) return;
    const ceiling = Math.max(this.#usualMegabytes, mostMegabytes);
    await this.#limitMemory(Math.min(this.#memoryLimitMegabytes * 2, ceiling));
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
