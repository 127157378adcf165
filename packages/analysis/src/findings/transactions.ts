import type { TraceEvidence } from './trace-evidence.ts';
import { textTag } from './tag-of.ts';

/** A database transaction as its statements show it. */
export interface Transaction {
  readonly begin: number;
  readonly end: number;
  /** Calls to the database between the two. */
  readonly statements: readonly number[];
}

/**
 * The transactions of a trace: what comes between a `BEGIN` and the next `COMMIT` or `ROLLBACK` of the same request in the same
 * process, to the same database. Where two are open at once, spans do not say which statement belongs to which: none is told until
 * all of them have ended.
 */
export function transactionsOf(trace: TraceEvidence): Transaction[] {
  const numbers = new Map<string, number>();
  const groups = trace.groups((index) => {
    if (!isDatabaseCall(trace, index)) return undefined;
    return trace.pair(trace.entry[index]!, databaseNumber(trace, index, numbers));
  });
  const transactions: Transaction[] = [];
  for (const group of groups) transactions.push(...pairsIn(trace, group));
  return transactions;
}

/** True for the outermost span of a call to a database. */
export function isDatabaseCall(trace: TraceEvidence, index: number): boolean {
  return trace.calls.at(index)?.protocol === 'database' && trace.isInnerCall[index] === 0;
}

/** One number for each database that somebody talks to, as far as the spans name it. */
export function databaseNumber(trace: TraceEvidence, index: number, numbers: Map<string, number>): number {
  const name = textTag(trace.tree.spans[index]!, 'database');
  let number = numbers.get(name);
  if (number === undefined) numbers.set(name, (number = numbers.size));
  return number;
}

function* pairsIn(trace: TraceEvidence, group: readonly number[]): Generator<Transaction> {
  let open = 0;
  let begin = -1;
  let statements: number[] = [];
  let isMixed = false;
  for (const index of group) {
    const { control } = trace.calls.at(index)!.target;
    if (control === 'begin' && !trace.hasFailed(index)) {
      isMixed = open > 0;
      open++;
      begin = index;
      statements = [];
    } else if (control === 'end' && open > 0) {
      open--;
      if (open === 0 && !isMixed) yield { begin, end: index, statements };
    } else statements.push(index);
  }
}
