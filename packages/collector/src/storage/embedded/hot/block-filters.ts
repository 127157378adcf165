import { HashSet } from '../rows/hash-set.ts';

/** Which filter entries the rows of each block have. A block is a run of rows that later becomes a row group. */
export class BlockFilters {
  readonly rowsPerBlock: number;
  readonly #finished: Uint32Array[] = [];
  #current = new HashSet(16_384);

  constructor(rowsPerBlock: number) {
    this.rowsPerBlock = rowsPerBlock;
  }

  /** To be called before the entries of each row. True when the row begins a block. */
  enter(row: number): boolean {
    if (row % this.rowsPerBlock !== 0) return false;
    if (row > 0) this.#finishCurrent();
    return true;
  }

  add(hash: number): void {
    this.#current.add(hash);
  }

  /** False when no row of the block has any of the entries. */
  mayHave(block: number, hashes: readonly number[]): boolean {
    const finished = this.#finished[block];
    return hashes.some((hash) => (finished === undefined ? this.#current.has(hash) : finished.includes(hash)));
  }

  /** The entries of each block, in no order. */
  blocks(): readonly Uint32Array[] {
    return [...this.#finished, this.#current.values()];
  }

  #finishCurrent(): void {
    this.#finished.push(this.#current.values());
    this.#current = new HashSet(16_384);
  }
}
