import type { TraceModel } from './trace-model.ts';

/** What is folded: single spans, and rules for many. */
export interface Folding {
  /** Spans folded by hand. */
  readonly folded: ReadonlySet<number>;
  /** Spans that somebody opened although a rule folds them. */
  readonly unfolded: ReadonlySet<number>;
  /** How many levels of the tree are open; absent for all. */
  readonly levels: number | undefined;
  /** Services whose spans hide what they call. */
  readonly foldedServices: ReadonlySet<string>;
  /** Many like siblings are one row. */
  readonly alike: boolean;
  /** Members of groups of like siblings that somebody opened; one for each group is enough. */
  readonly ungrouped: ReadonlySet<number>;
}

/** Everything as it is at first. */
export const firstFolding: Folding = {
  folded: new Set(),
  unfolded: new Set(),
  levels: undefined,
  foldedServices: new Set(),
  alike: true,
  ungrouped: new Set(),
};

/** Every span has its row. */
export const nothingFolded: Folding = { ...firstFolding, alike: false };

/** Whether what is under a span is hidden. */
export function isFolded({ tree }: TraceModel, folding: Folding, index: number): boolean {
  if (folding.folded.has(index)) return true;
  if (tree.subtreeSize[index]! < 2 || folding.unfolded.has(index)) return false;
  return (
    (folding.levels !== undefined && tree.depth[index]! + 1 >= folding.levels) ||
    folding.foldedServices.has(tree.spans[index]!.resource.serviceName)
  );
}

/** Folds or unfolds these spans, whatever the rules say. */
export function withFolded<T extends Folding>(view: T, indexes: Iterable<number>, folded: boolean): T {
  const [shut, open] = [new Set(view.folded), new Set(view.unfolded)];
  const hasRules = view.levels !== undefined || view.foldedServices.size > 0;
  for (const index of indexes) {
    if (folded) {
      shut.add(index);
      open.delete(index);
    } else {
      shut.delete(index);
      if (hasRules) open.add(index);
    }
  }
  return { ...view, folded: shut, unfolded: open };
}

/** Opens this many levels, or all; spans opened by hand follow the new rule. The same number again takes it back. */
export function withLevels<T extends Folding>(view: T, levels: number | undefined): T {
  return { ...view, levels: levels === view.levels ? undefined : levels, unfolded: new Set() };
}

/** Folds every span of a service, or lets them go. */
export function withServiceFolded<T extends Folding>(view: T, service: string, folded: boolean): T {
  const services = new Set(view.foldedServices);
  if (folded) services.add(service);
  else services.delete(service);
  return { ...view, foldedServices: services, unfolded: new Set() };
}

/** For each span the leader of its group where the group is one row, -1 elsewhere; absent when there is no such row. */
export function closedGroups({ alike }: TraceModel, folding: Folding): Int32Array | undefined {
  if (!folding.alike || alike.members.size === 0) return undefined;
  if (folding.ungrouped.size === 0) return alike.leader;
  const closed = alike.leader.slice();
  for (const index of folding.ungrouped) {
    for (const member of alike.members.get(alike.leader[index]!) ?? []) closed[member] = -1;
  }
  return closed;
}

/** Opens the groups that these spans belong to, or closes them. */
export function withGroups<T extends Folding>(
  { alike }: TraceModel,
  view: T,
  indexes: Iterable<number>,
  open: boolean,
): T {
  const ungrouped = new Set(view.ungrouped);
  for (const index of indexes) {
    const leader = alike.leader[index]!;
    if (leader === -1) continue;
    for (const member of alike.members.get(leader) ?? []) ungrouped.delete(member);
    if (open) ungrouped.add(leader);
  }
  return { ...view, ungrouped };
}

/** The lowest level at which something can be folded: the number of levels of the deepest span that has children. */
export function foldableLevels({ tree }: TraceModel): number {
  let deepest = 0;
  for (let index = 0; index < tree.depth.length; index++) {
    if (tree.subtreeSize[index]! > 1) deepest = Math.max(deepest, tree.depth[index]! + 1);
  }
  return deepest;
}

/** True when some span has no row because of what is folded. */
export function hidesRows(model: TraceModel, folding: Folding): boolean {
  if (closedGroups(model, folding)?.some((leader) => leader !== -1) === true) return true;
  return model.tree.order.some((index) => model.tree.subtreeSize[index]! > 1 && isFolded(model, folding, index));
}
