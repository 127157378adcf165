import type { TableName } from '../../rollup/roll-up.ts';
import type { SeriesTable } from '../../rollup/series-table.ts';
import type { Correction } from './cut-traces.ts';
import { keptUntil } from './kept-until.ts';
import type { RollUpFile } from './roll-up-files.ts';

/** A correction whose tables are made once each. */
export class CorrectionTables {
  readonly isJoined: boolean;
  readonly #correction: Correction;
  readonly #tables = new Map<TableName, SeriesTable>();

  constructor(correction: Correction) {
    this.#correction = correction;
    this.isJoined = correction.isJoined;
  }

  table(name: TableName): SeriesTable {
    let table = this.#tables.get(name);
    if (table === undefined) this.#tables.set(name, (table = this.#correction.rollUp.table(name)));
    return table;
  }
}

/**
 * The last correction, for a while (see `keptUntil`): finding what to correct takes most of the time of a question, and more rows
 * change little of it. It holds as long as the roll-ups that it corrects are there. One that was merged meanwhile has its part of
 * it inside, and one that was removed takes its spans with it; a segment that has been made of rows in memory counts the same rows.
 */
export class KeptCorrection {
  #kept:
    | { readonly tables: CorrectionTables; readonly files: readonly string[]; readonly untilMillis: number }
    | undefined;

  /** Whether one is there that is not too old. */
  get isFresh(): boolean {
    return this.#kept !== undefined && performance.now() < this.#kept.untilMillis;
  }

  /** The one that is there, if it holds for these. */
  for(files: readonly RollUpFile[]): CorrectionTables | undefined {
    const names = new Set(files.map(({ name }) => name));
    return this.#kept?.files.every((name) => names.has(name)) === true ? this.#kept.tables : undefined;
  }

  /** Makes one of these files and remembers it. */
  async make(files: readonly RollUpFile[], correct: () => Promise<Correction>): Promise<CorrectionTables> {
    const start = performance.now();
    const tables = new CorrectionTables(await correct());
    const untilMillis = keptUntil(start, performance.now());
    this.#kept = { tables, files: files.map(({ name }) => name), untilMillis };
    return tables;
  }
}
