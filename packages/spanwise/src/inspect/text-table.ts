import { displayWidth, printable } from '@spanwise/analysis';

/**
 * Rows of cells under a heading, each column as wide as its widest cell; those named in `right` end at the right. Cells are names that
 * strangers gave: what would command the terminal is shown as `�`.
 */
export function textTable(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[],
): string {
  const all = [heading, ...rows].map((row) => row.map(printable));
  const widths = heading.map((_, column) =>
    all.reduce((width, row) => Math.max(width, displayWidth(row[column] ?? '')), 0),
  );
  return all
    .map((row) =>
      row
        .map((cell, column) => {
          const padding = ' '.repeat((widths[column] ?? 0) - displayWidth(cell));
          return right.includes(column) ? padding + cell : cell + padding;
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
