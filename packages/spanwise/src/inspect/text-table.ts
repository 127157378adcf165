/** Rows of cells under a heading, each column as wide as its widest cell; those named in `right` end at the right. */
export function textTable(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[],
): string {
  const all = [heading, ...rows];
  const widths = heading.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return right.includes(column) ? cell.padStart(width) : cell.padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
