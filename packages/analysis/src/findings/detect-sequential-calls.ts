import { callsFacts } from './calls-facts.ts';
import { isRepeatable } from './repeatable-call.ts';
import { sumNanos } from './stretch.ts';
import type { Draft, DraftOf, TraceEvidence } from './trace-evidence.ts';

/**
 * Reads under one parent, each beginning when the one before is over, with nothing to speak of between them. A trace does not
 * show whether a call needed the answer of the one before, so whatever makes that likely ends the row: a pause, a write, a page, a
 * span of the caller's own.
 */
export function detectSequentialCalls(trace: TraceEvidence): Draft[] {
  const { offsets, positions } = trace.children;
  const drafts: Draft[] = [];
  for (let parent = 0; parent < trace.tree.spans.length; parent++) {
    for (const row of rowsOf(trace, positions.subarray(offsets[parent], offsets[parent + 1]))) {
      const draft = draftOf(trace, row);
      if (!isWorth(trace, draft)) continue;
      trace.claim(row);
      drafts.push(draft);
    }
  }
  return drafts;
}

function rowsOf(trace: TraceEvidence, siblings: Int32Array): number[][] {
  const rows: number[][] = [];
  let row: number[] = [];
  const endRow = (): void => {
    if (row.length >= Math.max(2, trace.limits.sequentialCalls)) rows.push(row);
    row = [];
  };
  for (const index of siblings) {
    const last = row.at(-1);
    if (!isRead(trace, index) || (last !== undefined && !follows(trace, last, index))) endRow();
    if (isRead(trace, index)) row.push(index);
  }
  endRow();
  return rows;
}

function isRead(trace: TraceEvidence, index: number): boolean {
  if (trace.top[index] === index) return false;
  return trace.calls.at(index)?.target.reads === true && !trace.isClaimed(index) && isRepeatable(trace, index);
}

function follows(trace: TraceEvidence, earlier: number, later: number): boolean {
  const pause = trace.stretch(later).start - trace.stretch(earlier).end;
  return pause >= 0 && pause <= trace.limits.sequentialPauseMs * 1e6;
}

function isWorth(trace: TraceEvidence, { savableNanos, root }: Draft): boolean {
  const { sequentialSavableMs, sequentialShare } = trace.limits;
  return savableNanos >= Math.max(sequentialSavableMs * 1e6, sequentialShare * trace.nanos(root)) && savableNanos > 0;
}

function draftOf(trace: TraceEvidence, row: readonly number[]): DraftOf<'sequential-calls'> {
  const pathNanos = sumNanos(row.map((index) => trace.path.window(index)));
  const longest = row.reduce((most, index) => Math.max(most, trace.path.nanos(index)), 0);
  const spanNames = [...new Set(row.map((index) => trace.name(index)))];
  return {
    kind: 'sequential-calls',
    root: trace.top[row[0]!]!,
    subject: row[0]!,
    evidence: row,
    savableNanos: pathNanos - longest,
    savableHow: 'all-but-longest',
    pathNanos,
    facts: { ...callsFacts(trace, row), spanNames },
  };
}
