import { findFindings, mainRoot } from '@spanwise/analysis';
import type { Finding, FindingKind, TraceTree } from '@spanwise/analysis';

/** What one operation could save by one kind of fault, over several traces. */
export interface TopFinding {
  readonly service: string;
  readonly operation: string;
  readonly kind: FindingKind;
  /** Over all traces in which it was found. */
  readonly savableMs: number;
  /** In how many traces. */
  readonly traces: number;
  /** The trace in which most could be saved. */
  readonly example: string;
}

/** What is summed up. */
interface Sum {
  readonly service: string;
  readonly operation: string;
  readonly kind: FindingKind;
  /** Other work of the process did it: see `byOthers` of a blocked event loop. */
  readonly byOthers: boolean;
  readonly savableMs: number;
  readonly traceIds: ReadonlySet<string>;
  readonly example: string;
  /** What could be saved in the example. */
  readonly mostMs: number;
}

/**
 * Sums up what is found in each trace, by the operation that it is about and the kind, what could save most first. Within a
 * trace the same time may be in findings of several kinds, so sums of different kinds must not be added.
 *
 * A request that stood still because other work of its process blocked the event loop counts for the operation that did so most: there it
 * is to be mended.
 */
export class TopFindings {
  readonly #sums = new Map<string, Sum>();

  /** Of one trace; each trace once. */
  add(traceId: string, tree: TraceTree): void {
    const inTrace = new Map<string, Sum>();
    for (const finding of findFindings(tree)) addTo(inTrace, sumOf(finding, traceId, tree));
    for (const sum of inTrace.values()) addTo(this.#sums, { ...sum, mostMs: sum.savableMs });
  }

  /** What could save most first, then what was found in most traces. */
  ranking(): readonly TopFinding[] {
    const sums = [...this.#sums.values()].sort(mostFirst);
    const ranking = new Map<string, Sum>();
    for (const sum of sums) if (!sum.byOthers) addTo(ranking, sum);
    for (const sum of sums) if (sum.byOthers) addTo(ranking, causeOf(sum, sums));
    return [...ranking.values()].sort(mostFirst).map(({ service, operation, kind, savableMs, traceIds, example }) => {
      return { service, operation, kind, savableMs, traces: traceIds.size, example };
    });
  }
}

function sumOf(finding: Finding, traceId: string, tree: TraceTree): Sum {
  const { kind, facts, savableMs } = finding;
  const byOthers = 'byOthers' in facts && facts.byOthers;
  const traceIds = new Set([traceId]);
  return { ...operationOf(finding, tree), kind, byOthers, savableMs, traceIds, example: traceId, mostMs: savableMs };
}

/** The example stays that in which most could be saved. */
function addTo(sums: Map<string, Sum>, sum: Sum): void {
  const key = JSON.stringify([sum.service, sum.operation, sum.kind, sum.byOthers]);
  const before = sums.get(key);
  if (before === undefined) {
    sums.set(key, sum);
    return;
  }
  const { example, mostMs } = sum.mostMs > before.mostMs ? sum : before;
  const savableMs = before.savableMs + sum.savableMs;
  const traceIds = new Set([...before.traceIds, ...sum.traceIds]);
  sums.set(key, { ...before, savableMs, traceIds, example, mostMs });
}

/** The same time, as that of the operation that took it, where one is known. Its own example shows more. */
function causeOf(sum: Sum, sums: readonly Sum[]): Sum {
  const cause = sums.find(({ kind, service, byOthers }) => kind === sum.kind && service === sum.service && !byOthers);
  if (cause === undefined) return sum;
  return { ...sum, operation: cause.operation, byOthers: false, mostMs: 0 };
}

function mostFirst(left: Sum, right: Sum): number {
  return right.savableMs - left.savableMs || right.traceIds.size - left.traceIds.size;
}

/** That of the evidence where the finding is about one, else that of the root it is counted on. */
function operationOf(
  { facts, root }: Finding,
  tree: TraceTree,
): { readonly service: string; readonly operation: string } {
  if ('serviceName' in facts && 'spanName' in facts) return { service: facts.serviceName, operation: facts.spanName };
  const span = tree.spans[root] ?? tree.spans[mainRoot(tree)];
  return { service: span?.resource.serviceName ?? '', operation: span?.name ?? '' };
}
