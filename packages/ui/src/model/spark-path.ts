/**
 * The path of a line through values from left to right, zero at the bottom and `most` at the top. Where a value is null the line
 * is broken; one value alone is a dot, when its line has round ends.
 */
export function sparkPath(
  values: readonly (number | null)[],
  most: number,
  { width, height }: { readonly width: number; readonly height: number },
): string {
  const stepWidth = width / Math.max(1, values.length - 1);
  const y = (value: number): number => height - (most === 0 ? 0 : (value / most) * height);
  let path = '';
  for (const [at, value] of values.entries()) {
    if (value === null) continue;
    const continues = at > 0 && values[at - 1] !== null;
    path += `${continues ? 'L' : 'M'}${round(at * stepWidth)} ${round(y(value))}`;
    if (!continues && (values[at + 1] ?? null) === null) path += 'h0.01';
  }
  return path;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
