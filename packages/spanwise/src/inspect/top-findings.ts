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

/**
 * Sums up what is found in each trace, by the operation that it is about and the kind, what could save most first. Within a
 * trace the same time may be in findings of several kinds, so sums of different kinds must not be added.
 */
export class TopFindings {
  readonly #sums = new Map<string, TopFinding>();
  /** What could be saved in the example of each. */
  readonly #most = new Map<string, number>();

  /** Of one trace; each trace once. */
  add(traceId: string, tree: TraceTree): void {
    const inTrace = new Map<string, { readonly finding: Finding; readonly savableMs: number }>();
    for (const finding of findFindings(tree)) {
      const { service, operation } = operationOf(finding, tree);
      const key = JSON.stringify([service, operation, finding.kind]);
      inTrace.set(key, { finding, savableMs: (inTrace.get(key)?.savableMs ?? 0) + finding.savableMs });
    }
    for (const [key, { finding, savableMs }] of inTrace) this.#addOne(key, traceId, tree, finding, savableMs);
  }

  /** What could save most first, then what was found in most traces. */
  ranking(): readonly TopFinding[] {
    return [...this.#sums.values()].sort(
      (left, right) => right.savableMs - left.savableMs || right.traces - left.traces,
    );
  }

  #addOne(key: string, traceId: string, tree: TraceTree, finding: Finding, savableMs: number): void {
    const before = this.#sums.get(key);
    const isMost = before === undefined || savableMs > (this.#most.get(key) ?? 0);
    if (isMost) this.#most.set(key, savableMs);
    this.#sums.set(key, {
      ...operationOf(finding, tree),
      kind: finding.kind,
      savableMs: (before?.savableMs ?? 0) + savableMs,
      traces: (before?.traces ?? 0) + 1,
      example: isMost ? traceId : before.example,
    });
  }
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
