import { painter } from './ansi.ts';
import type { Painter } from './ansi.ts';
import { criticalPath } from './critical-path.ts';
import { describePath } from './describe-path.ts';
import { describeWarning } from './describe-warning.ts';
import { displayWidth } from './display-width.ts';
import { formatDuration } from './format-duration.ts';
import { printable } from './printable.ts';
import { summarize } from './summarize.ts';
import { BarScale } from './text-bars.ts';
import { durationText, labelWidth, layoutRows, textRow } from './text-row.ts';
import type { TraceTree } from './trace-tree.ts';

export interface TextWaterfallOptions {
  /** Columns of the terminal; default 100. Fewer than 40 count as 40. */
  readonly width?: number | undefined;
  /** ANSI colours; default false. Nothing is told by colour alone. */
  readonly color?: boolean | undefined;
  /** Spans drawn at most, in tree order; a line after them says how many were left out. Default: all of them. */
  readonly maxSpans?: number | undefined;
}

const leastWidth = 40;

/** Warnings in words: clocks that disagree make one for each call. */
const warningsSaid = 10;

/**
 * Draws a trace for people at a terminal: a heading; a line for each span in tree order with its service, name, bar and
 * duration; what the critical path of the main root consists of; and the warnings, the first ten in words, when there are any.
 * `█` is time on the critical path, `░` other time of the span, `✗` marks a span that failed, and `…` stands for the
 * duration of one that has none.
 *
 * Lines end in `\n`; those of spans are `width` columns wide, heading and path are not broken. Control
 * characters in names are shown as `�`, so that a name cannot command the terminal.
 *
 * Throws a RangeError when `width` is not a number or `maxSpans` is negative.
 */
export function textWaterfall(tree: TraceTree, options: TextWaterfallOptions = {}): string {
  const { width = 100, color = false, maxSpans = Infinity } = options;
  if (!Number.isFinite(width)) throw new RangeError(`width must be a number of columns: was ${width}`);
  if (!(maxSpans >= 0)) throw new RangeError(`maxSpans must not be negative: was ${maxSpans}`);
  if (tree.spans.length === 0) return 'no spans\n';
  const path = criticalPath(tree);
  const shown = tree.order.subarray(0, Math.min(maxSpans, tree.order.length));
  const widest = (widthOf: (index: number) => number): number =>
    shown.reduce((most, index) => Math.max(most, widthOf(index)), 0);
  const durationWidth = widest((index) => displayWidth(durationText(tree, index)));
  const wanted = widest((index) => labelWidth(tree, index));
  const layout = layoutRows(Math.max(leastWidth, Math.floor(width)), durationWidth, wanted);
  const scale = new BarScale(tree, path, layout.bar);
  const paint = painter(color);
  const lines = Array.from(shown, (index) => textRow(tree, index, layout, scale, paint));
  return [heading(tree, paint), ...leftOut(lines, tree), describePath(tree, path), ...warnings(tree), ''].join('\n');
}

function heading(tree: TraceTree, paint: Painter): string {
  const facts = summarize(tree.spans, tree);
  const root = printable(`${facts.rootService} ${facts.rootName}`.trim());
  const counts = [count(facts.spanCount, 'span'), count(facts.services.length, 'service')];
  if (facts.errorCount > 0) counts.push(paint.error(count(facts.errorCount, 'error')));
  const duration = formatDuration(facts.durationMicros * 1000);
  return `${paint.strong(root)}  ${duration}  ${counts.join(', ')}  ${paint.quiet(`trace ${facts.traceId}`)}`;
}

function leftOut(lines: readonly string[], tree: TraceTree): readonly string[] {
  const missing = tree.spans.length - lines.length;
  return missing === 0 ? lines : lines.concat(`  … ${count(missing, 'more span')}`);
}

function warnings(tree: TraceTree): string[] {
  if (tree.warnings.length === 0) return [];
  const said = tree.warnings.slice(0, warningsSaid).map((warning) => {
    const { name, resource } = tree.spans[warning.index]!;
    return printable(`  ${`${resource.serviceName} ${name}`.trim()}: ${describeWarning(tree, warning)}`);
  });
  const left = tree.warnings.length - said.length;
  if (left > 0) said.push(`  … ${count(left, 'more warning')}`);
  return [count(tree.warnings.length, 'warning'), ...said];
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
