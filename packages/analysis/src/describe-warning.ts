import type { SpanRecord } from '@spanwise/wire/span-record';
import { formatDuration } from './format-duration.ts';
import type { TraceTree, TraceWarning } from './trace-tree.ts';

/** One English sentence without the final stop, for people who look at the span concerned. */
export function describeWarning(tree: TraceTree, warning: TraceWarning): string {
  const related = tree.spans[warning.relatedIndex];
  switch (warning.kind) {
    case 'orphan':
      return 'its parent is missing from the trace, so it is shown as a root';
    case 'cycle':
      return 'its ancestors lead back to itself, so it is shown as a root';
    case 'duplicate-id':
      return `its span id is also that of ${labelOf(related)}`;
    case 'unknown-start':
      return 'it came without a start, so it is shown at its parent’s';
    case 'unfinished':
      return 'it had not finished when it was reported';
    case 'negative-duration':
      return `it came with a duration of ${formatDuration(warning.nanos)}: its clock ran backwards`;
    case 'clock-skew':
      return `${describeSkew(tree, warning)}: the clocks of their hosts disagree`;
  }
}

function describeSkew(tree: TraceTree, { index, relatedIndex, nanos }: TraceWarning): string {
  const early = tree.startOffsetNanos[index]! < tree.startOffsetNanos[relatedIndex]!;
  const parent = labelOf(tree.spans[relatedIndex]);
  return `it starts ${formatDuration(nanos)} ${early ? 'before' : 'after the end of'} its parent ${parent}`;
}

function labelOf(span: SpanRecord | undefined): string {
  return span === undefined ? 'another span' : `${span.resource.serviceName} ${span.name}`.trim();
}
