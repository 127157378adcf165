import { closedGroups, isFolded, withFolded, withGroups } from './folding.ts';
import type { ViewState } from './view-state.ts';
import type { TraceModel } from './trace-model.ts';
import { ancestorsOf } from './visible-rows.ts';

/**
 * The row `by` places away from the selected one, held at the ends. Without a selection any step enters at the first
 * row, and a step to the end at the last.
 */
export function rowAway(rows: Int32Array, selected: number, by: number): number {
  const at = rows.indexOf(selected);
  if (at === -1) return (by === Infinity ? rows.at(-1) : rows[0]) ?? -1;
  return rows[Math.min(rows.length - 1, Math.max(0, at + by))] ?? -1;
}

/** ←: folds the selected span, or goes to its parent when there is nothing to fold. */
export function foldOrParent(model: TraceModel, view: ViewState): ViewState {
  const { selected } = view;
  if (selected === -1) return view;
  const open = !isGroupRow(model, view, selected) && !isFolded(model, view, selected);
  if (model.tree.subtreeSize[selected]! > 1 && open) return withFolded(view, [selected], true);
  const parent = model.tree.parent[selected]!;
  return parent === -1 || selected === view.focus ? view : { ...view, selected: parent };
}

/** →: unfolds the selected span or group, or goes to the first child. */
export function unfoldOrChild(model: TraceModel, view: ViewState, rows: Int32Array): ViewState {
  const { selected } = view;
  if (selected === -1) return { ...view, selected: rows[0] ?? -1 };
  if (isGroupRow(model, view, selected)) return withGroups(model, view, [selected], true);
  if (isFolded(model, view, selected)) return withFolded(view, [selected], false);
  const next = rows[rows.indexOf(selected) + 1];
  return next === undefined || model.tree.parent[next] !== selected ? view : { ...view, selected: next };
}

/** The row that shows a span: its own, or that of what it is folded into. -1 for a span outside the focus. */
export function rowFor(model: TraceModel, view: ViewState, index: number): number {
  if (index === -1) return -1;
  const path = [...ancestorsOf(model.tree, index), index];
  const from = view.focus === -1 ? 0 : path.indexOf(view.focus);
  if (from === -1) return -1;
  const groups = view.only === undefined ? closedGroups(model, view) : undefined;
  for (const span of path.slice(from)) {
    const leader = span === view.focus ? -1 : (groups?.[span] ?? -1);
    if (leader !== -1) return leader;
    if (isFolded(model, view, span)) return span;
  }
  return index;
}

/** Selects a span and makes sure that it has a row: unfolds what is above it and leaves what hides it. */
export function reveal(model: TraceModel, view: ViewState, index: number): ViewState {
  const above = ancestorsOf(model.tree, index);
  const inFocus = view.focus === -1 || view.focus === index || above.includes(view.focus);
  const leader = model.alike.leader[index]!;
  const grouped = leader === -1 || leader === index ? above : [...above, index];
  const shut = above.filter((one) => isFolded(model, view, one));
  const unfolded = withGroups(model, withFolded(view, shut, false), grouped, true);
  return { ...unfolded, selected: index, focus: inFocus ? view.focus : -1 };
}

/** Whether the row of a span stands for its like siblings too. */
export function isGroupRow(model: TraceModel, view: ViewState, index: number): boolean {
  return view.only === undefined && index !== view.focus && closedGroups(model, view)?.[index] === index;
}

/** Opens the group of like siblings that a span belongs to, or closes it and goes to the row that stands for it. */
export function toggleGroup(model: TraceModel, view: ViewState, index: number): ViewState {
  const leader = model.alike.leader[index] ?? -1;
  if (leader === -1) return view;
  const closed = view.alike && closedGroups(model, view)?.[index] === leader;
  return { ...withGroups(model, { ...view, alike: true }, [index], closed), selected: leader };
}
