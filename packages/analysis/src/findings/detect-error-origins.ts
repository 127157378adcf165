import { SpanKind } from '@spanwise/wire/span-record';
import { errorText } from './span-failures.ts';
import type { Draft, DraftOf, TraceEvidence } from './trace-evidence.ts';

/** So many of the spans above stand in the evidence, nearest first; a trace may be 100,000 deep. */
const mostAbove = 100;

/**
 * Failed spans without a failed child, from which the error came up: at least through one span that is no call, or to the root. An
 * error that its caller took care of is none, and attempts of a retry are told there unless the last one's failure went on.
 */
export function detectErrorOrigins(trace: TraceEvidence): Draft[] {
  const { spans, parent } = trace.tree;
  if (!spans.some((_, index) => trace.hasFailed(index))) return [];
  const failedBelow = new Uint8Array(spans.length);
  for (let index = 0; index < spans.length; index++) {
    if (trace.hasFailed(index) && trace.tree.detached[index] === 0 && parent[index]! >= 0)
      failedBelow[parent[index]!] = 1;
  }
  const { highest, isMirrored } = failedRows(trace);
  const texts = new Map<string, number>();
  const groups = trace.groups((index) => {
    if (!trace.hasFailed(index) || failedBelow[index] === 1) return undefined;
    // When all that failed above it are calls, whoever made the highest of them went on.
    if (isMirrored[index] === 1 && trace.top[highest[index]!] !== highest[index]) return undefined;
    const text = `${trace.calls.likeness(index)}\n${highest[index]}\n${errorText(spans[index]!)}`;
    if (!texts.has(text)) texts.set(text, texts.size);
    return texts.get(text);
  });
  return Array.from(groups, (group) => draftOf(trace, group, highest[group[0]!]!));
}

/** Rows of failed spans, each the parent of the next; a detached span begins one of its own. */
interface FailedRows {
  /** By position of a failed span: the highest of its row. */
  readonly highest: Int32Array;
  /** 1 where all spans above it in the row are calls, which only mirror what they called. */
  readonly isMirrored: Uint8Array;
}

function failedRows(trace: TraceEvidence): FailedRows {
  const { spans, parent, order } = trace.tree;
  const highest = new Int32Array(spans.length).fill(-1);
  const isMirrored = new Uint8Array(spans.length);
  for (const index of order) {
    if (!trace.hasFailed(index)) continue;
    const above = trace.top[index] === index ? -1 : parent[index]!;
    const continues = above !== -1 && highest[above] !== -1;
    highest[index] = continues ? highest[above]! : index;
    isMirrored[index] = !continues || (spans[above]!.kind === SpanKind.client && isMirrored[above] === 1) ? 1 : 0;
  }
  return { highest, isMirrored };
}

function draftOf(trace: TraceEvidence, group: readonly number[], highest: number): DraftOf<'error-origin'> {
  const origin = group[0]!;
  const above: number[] = [];
  for (let index = origin; index !== highest && above.length < mostAbove;)
    above.push((index = trace.tree.parent[index]!));
  const services = new Set(above.map((index) => trace.service(index)));
  services.delete(trace.service(origin));
  return {
    kind: 'error-origin',
    root: trace.top[origin]!,
    subject: origin,
    evidence: [...new Set([...group, ...above])].sort((left, right) => left - right),
    savableNanos: 0,
    savableHow: 'nothing',
    pathNanos: 0,
    facts: {
      serviceName: trace.service(origin),
      spanName: trace.name(origin),
      count: group.length,
      message: errorText(trace.tree.spans[origin]!),
      spread: trace.tree.depth[origin]! - trace.tree.depth[highest]!,
      services: [...services],
      reachedRoot: trace.top[highest] === highest,
    },
  };
}
