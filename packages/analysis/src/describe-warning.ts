import type { SpanRecord } from '@spanwise/wire/span-record';
import { formatDuration } from './format-duration.ts';
import { printable } from './printable.ts';
import type { TraceTree, TraceWarning, TraceWarningKind } from './trace-tree.ts';

/** One English sentence without the final stop, for people who look at the span concerned. */
export function describeWarning(tree: TraceTree, warning: TraceWarning): string {
  return sentences[warning.kind](tree, warning);
}

const sentences: Record<TraceWarningKind, (tree: TraceTree, warning: TraceWarning) => string> = {
  orphan: () => 'its parent is missing from the trace, so it is shown as a root',
  cycle: () => 'its ancestors lead back to itself, so it is shown as a root',
  'duplicate-id': (tree, { relatedIndex }) => `its span id is also that of ${labelOf(tree.spans[relatedIndex])}`,
  'unknown-start': () => 'it came without a start, so it is shown at its parent’s',
  unfinished: () => 'it had not finished when it was reported',
  'negative-duration': (_, { nanos }) => `it came with a duration of ${formatDuration(nanos)}: its clock ran backwards`,
  'clock-corrected': (tree, warning) => `${describeMove(tree, warning)}: the clocks of their hosts disagree`,
  'outside-parent': (tree, { relatedIndex, nanos }) =>
    `it ends ${formatDuration(nanos)} after its parent ${labelOf(tree.spans[relatedIndex])}, which did not wait for it`,
  'clock-skew': (tree, warning) => `${describeSkew(tree, warning)}: the clocks of their hosts disagree`,
};

function describeSkew(tree: TraceTree, { index, relatedIndex, nanos }: TraceWarning): string {
  const early = tree.startOffsetNanos[index]! < tree.startOffsetNanos[relatedIndex]!;
  const parent = labelOf(tree.spans[relatedIndex]);
  return `it starts ${formatDuration(nanos)} ${early ? 'before' : 'after the end of'} its parent ${parent}`;
}

function describeMove(tree: TraceTree, { relatedIndex, nanos }: TraceWarning): string {
  const move = `${formatDuration(Math.abs(nanos))} ${nanos > 0 ? 'later' : 'earlier'}`;
  return `it is shown ${move} than it was sent, inside its parent ${labelOf(tree.spans[relatedIndex])}`;
}

function labelOf(span: SpanRecord | undefined): string {
  return span === undefined ? 'another span' : printable(`${span.resource.serviceName} ${span.name}`.trim());
}
