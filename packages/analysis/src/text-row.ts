import type { Painter } from './ansi.ts';
import { displayWidth, fitTo, shortenMiddle } from './display-width.ts';
import { formatDuration } from './format-duration.ts';
import { printable } from './printable.ts';
import { failed } from './summarize.ts';
import type { BarScale } from './text-bars.ts';
import type { TraceTree } from './trace-tree.ts';

/** Columns of a row: sign, label, bar, duration, with a blank between each two. */
export interface RowLayout {
  readonly label: number;
  /** Columns of a label that may be indent. */
  readonly indent: number;
  readonly bar: number;
  readonly duration: number;
}

/** Fewer columns of bar show no more than that there is one. */
const leastBar = 24;

/**
 * Shares the width of the terminal out: the duration gets what the longest one needs, the label what the longest one
 * needs up to six tenths of the rest. In a narrow terminal the label has about half.
 */
export function layoutRows(width: number, durationWidth: number, labelWidth: number): RowLayout {
  const left = width - 1 - 1 - 1 - 1 - durationWidth;
  const most = Math.max(Math.floor(left * 0.48), Math.min(left - leastBar, Math.floor(left * 0.6)));
  const label = Math.min(labelWidth, most);
  // Where every label has what it needs, nothing is left out of the indent either.
  const indent = label === labelWidth ? label : Math.floor(label / 2);
  return { label, indent, bar: left - label, duration: durationWidth };
}

/** Columns of the label when nothing of it is left out. */
export function labelWidth({ spans, depth }: TraceTree, index: number): number {
  const { name, resource } = spans[index]!;
  return depth[index]! * 2 + displayWidth(printable(resource.serviceName)) + 1 + displayWidth(printable(name));
}

/** The duration as sent, `…` for a span that has none. */
export function durationText(tree: TraceTree, index: number): string {
  const { durationNanos } = tree.spans[index]!;
  return durationNanos === undefined ? '…' : formatDuration(durationNanos);
}

/** One span as one line. */
export function textRow(tree: TraceTree, index: number, layout: RowLayout, scale: BarScale, paint: Painter): string {
  const bad = failed(tree.spans[index]!);
  const sign = bad ? paint.error('✗') : ' ';
  const duration = durationText(tree, index);
  const blanks = ' '.repeat(Math.max(0, layout.duration - displayWidth(duration)));
  const bar = paint.service(scale.bar(index), tree.spans[index]!.resource.serviceName);
  return `${sign} ${label(tree, index, layout, paint)} ${bar} ${blanks}${bad ? paint.error(duration) : duration}`;
}

/** Indent, service and name. Where room is short, half of the column at most is indent, half of the rest service. */
function label(tree: TraceTree, index: number, layout: RowLayout, paint: Painter): string {
  const { name, resource } = tree.spans[index]!;
  const indent = indentOf(tree.depth[index]!, layout.indent);
  const left = layout.label - indent.length;
  const spanName = printable(name);
  const room = Math.max(Math.floor(left / 2), left - 1 - displayWidth(spanName));
  const service = shortenMiddle(printable(resource.serviceName), room);
  const rest = left - displayWidth(service) - 1;
  return indent + paint.service(service, resource.serviceName) + ' ' + fitTo(spanName, rest);
}

/** Two blanks a level; where that takes too much room, the level as a number. */
function indentOf(depth: number, widthAtMost: number): string {
  return depth * 2 <= widthAtMost ? '  '.repeat(depth) : `${depth}› `.padStart(widthAtMost);
}
