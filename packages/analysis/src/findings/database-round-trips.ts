import { textTag } from './tag-of.ts';
import type { TraceEvidence } from './trace-evidence.ts';

/** Of fewer statements the shortest may have had much to do. */
const fewestStatements = 2;

/** How long the way to a database and back takes at most: as long as the shortest statement that a service sent there. */
export class DatabaseRoundTrips {
  readonly #trace: TraceEvidence;
  #shortest: ReadonlyMap<string, { readonly count: number; readonly nanos: number }> | undefined;

  constructor(trace: TraceEvidence) {
    this.#trace = trace;
  }

  /** 0 for what is no statement, and where too few others tell. */
  nanos(index: number): number {
    if (this.#trace.calls.at(index)?.protocol !== 'database') return 0;
    this.#shortest ??= shortestOf(this.#trace);
    const { count, nanos } = this.#shortest.get(databaseOf(this.#trace, index)) ?? { count: 0, nanos: 0 };
    return count < fewestStatements ? 0 : nanos;
  }
}

/** Those that may wait by what they are say nothing about the way. */
function shortestOf(trace: TraceEvidence): ReadonlyMap<string, { readonly count: number; readonly nanos: number }> {
  const shortest = new Map<string, { readonly count: number; readonly nanos: number }>();
  for (let index = 0; index < trace.tree.spans.length; index++) {
    const call = trace.calls.at(index);
    if (call?.protocol !== 'database' || call.target.locks || trace.hasFailed(index)) continue;
    if (call.target.control === 'begin' || call.target.control === 'other') continue;
    const key = databaseOf(trace, index);
    const before = shortest.get(key) ?? { count: 0, nanos: Infinity };
    shortest.set(key, { count: before.count + 1, nanos: Math.min(before.nanos, trace.nanos(index)) });
  }
  return shortest;
}

function databaseOf(trace: TraceEvidence, index: number): string {
  return `${trace.service(index)}\n${textTag(trace.tree.spans[index]!, 'database')}`;
}
