import type { TraceEvidence } from './trace-evidence.ts';
import { databaseNumber, isDatabaseCall, transactionsOf } from './transactions.ts';
import type { Transaction } from './transactions.ts';

/** After the holder's end the waiter still does its own work, and two clocks may stand between the two. */
const releaseSlackNanos = 5e6;
/** So many transactions that end next are looked at: where more end at once, a guess would say nothing. */
const mostHolders = 4;

/** Finds the transaction with whose end a statement's wait ended. */
export class Releases {
  readonly #trace: TraceEvidence;
  readonly #numbers = new Map<string, number>();
  /** By database, the earliest end first. */
  readonly #byDatabase = new Map<number, Transaction[]>();

  constructor(trace: TraceEvidence) {
    this.#trace = trace;
    for (const transaction of transactionsOf(trace)) {
      const database = databaseNumber(trace, transaction.begin, this.#numbers);
      const others = this.#byDatabase.get(database);
      if (others === undefined) this.#byDatabase.set(database, [transaction]);
      else others.push(transaction);
    }
    for (const transactions of this.#byDatabase.values())
      transactions.sort((left, right) => this.#endOf(left) - this.#endOf(right) || left.end - right.end);
  }

  /** A lock is free before its holder hears that the `COMMIT` is done, and may be taken before the `BEGIN` is seen to be. */
  endingWith(index: number): Transaction | undefined {
    if (this.#byDatabase.size === 0 || !isDatabaseCall(this.#trace, index)) return undefined;
    const transactions = this.#byDatabase.get(databaseNumber(this.#trace, index, this.#numbers)) ?? [];
    const { start, end } = this.#trace.stretch(index);
    const from = this.#firstEndingFrom(transactions, end - releaseSlackNanos);
    return transactions.slice(from, from + mostHolders).find((held) => {
      const isOwn = this.#trace.entry[held.begin] === this.#trace.entry[index];
      return !isOwn && this.#trace.stretch(held.begin).start <= start && this.#trace.stretch(held.end).start <= end;
    });
  }

  #endOf({ end }: Transaction): number {
    return this.#trace.stretch(end).end;
  }

  #firstEndingFrom(transactions: readonly Transaction[], moment: number): number {
    let low = 0;
    let high = transactions.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#endOf(transactions[middle]!) >= moment) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
