/** A rectangle on the screen. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Between labels, at least. */
const gap = 3;

/**
 * Which labels are shown so that none lies on another, on the mark of another node, or on what stands already: first come, first
 * placed. `labels[i]` belongs to `marks[i]`; what matters most comes first, and the first
 * `free` labels may lie on marks.
 */
export function placeLabels(
  labels: readonly Box[],
  marks: readonly Box[],
  standing: readonly Box[] = [],
  free = 0,
): boolean[] {
  const placed: Box[] = [];
  return labels.map((label, at) => {
    const isFree =
      !placed.some((other) => overlaps(label, other, gap)) &&
      !standing.some((other) => overlaps(label, other, 0)) &&
      (at < free || !marks.some((mark, other) => other !== at && overlaps(label, mark, 0)));
    if (isFree) placed.push(label);
    return isFree;
  });
}

function overlaps(one: Box, other: Box, apart: number): boolean {
  return (
    one.left < other.left + other.width + apart &&
    other.left < one.left + one.width + apart &&
    one.top < other.top + other.height + apart &&
    other.top < one.top + one.height + apart
  );
}
