import { sumNanos, union, without } from './stretch.ts';
import type { Stretch } from './stretch.ts';
import type { Draft, DraftOf, TraceEvidence } from './trace-evidence.ts';
import { transactionsOf } from './transactions.ts';
import type { Transaction } from './transactions.ts';

/** And this part of the time that it is open. */
const idleShare = 0.5;

interface IdleTransaction extends Transaction {
  readonly idle: readonly Stretch[];
  readonly openNanos: number;
}

/**
 * Transactions held open while none of their statements ran: PostgreSQL calls that "idle in transaction". Whatever they
 * have locked, others wait for. Those of like requests count as one finding.
 */
export function detectIdleTransactions(trace: TraceEvidence): Draft[] {
  const groups = new Map<number, IdleTransaction[]>();
  for (const transaction of transactionsOf(trace).map((whole) => withIdleTime(trace, whole))) {
    const nanos = sumNanos(transaction.idle);
    if (nanos < trace.limits.idleTransactionMs * 1e6 || nanos < idleShare * transaction.openNanos || nanos === 0)
      continue;
    const key = trace.pair(trace.top[transaction.begin]!, trace.calls.likeness(trace.entry[transaction.begin]!));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [transaction]);
    else group.push(transaction);
  }
  return Array.from(groups.values(), (group) => draftOf(trace, group));
}

function withIdleTime(trace: TraceEvidence, transaction: Transaction): IdleTransaction {
  const start = trace.stretch(transaction.begin).end;
  const end = trace.stretch(transaction.end).start;
  const busy = union(transaction.statements.map((index) => trace.stretch(index)));
  return {
    ...transaction,
    idle: start < end ? without({ start, end }, busy) : [],
    openNanos: Math.max(0, end - start),
  };
}

function draftOf(trace: TraceEvidence, group: readonly IdleTransaction[]): DraftOf<'idle-transaction'> {
  const holder = trace.entry[group[0]!.begin]!;
  // Of what a span covers, the transaction is not the cause: a call that is made while it is open takes as long outside of it.
  const onPath = trace.ownAbove(group.flatMap(({ begin, idle }) => idle.map((stretch) => [begin, stretch] as const)));
  const pathNanos = sumNanos(union(onPath));
  trace.explain(onPath);
  return {
    kind: 'idle-transaction',
    root: trace.top[group[0]!.begin]!,
    subject: group[0]!.begin,
    evidence: group.flatMap(({ begin, end }) => [begin, end]).sort((left, right) => left - right),
    savableNanos: pathNanos,
    savableHow: 'whole-wait',
    pathNanos,
    facts: {
      serviceName: trace.service(holder),
      spanName: trace.name(holder),
      count: group.length,
      idleNanos: group.reduce((sum, { idle }) => sum + sumNanos(idle), 0),
      openNanos: group.reduce((sum, { openNanos }) => sum + openNanos, 0),
    },
  };
}
