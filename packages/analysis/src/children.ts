/** Children by parent in two flat arrays: those of `p` are `positions[offsets[p] … offsets[p + 1] - 1]`. */
export interface Children {
  readonly offsets: Int32Array;
  readonly positions: Int32Array;
}

/** Groups spans by parent. Within a parent they keep the order in which `sequence` (default: 0, 1, 2…) names them. */
export function groupByParent(parent: Int32Array, sequence?: Int32Array): Children {
  const count = parent.length;
  const offsets = new Int32Array(count + 2);
  for (let index = 0; index < count; index++) if (parent[index]! >= 0) offsets[parent[index]! + 2]!++;
  for (let index = 2; index < offsets.length; index++) offsets[index]! += offsets[index - 1]!;
  const positions = new Int32Array(offsets[count + 1]!);
  for (let step = 0; step < count; step++) {
    const index = sequence === undefined ? step : sequence[step]!;
    const above = parent[index]!;
    if (above >= 0) positions[offsets[above + 1]!++] = index;
  }
  return { offsets, positions };
}
