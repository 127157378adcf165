import type { MapNode } from './service-map.ts';

/** So many of the busiest nodes are named before those that fail. */
const hubs = 10;
/** With a larger share of errors a name is shown before those of busier nodes. */
const troubled = 0.01;

/** Positions of nodes in the order in which they get their names: hubs, then what fails, then the rest, the busiest first each. */
export function labelOrder(nodes: readonly Pick<MapNode, 'count' | 'errorShare'>[]): number[] {
  const byCount = nodes.map((_, index) => index).sort((a, b) => nodes[b]!.count - nodes[a]!.count || a - b);
  const others = byCount.slice(hubs);
  const fails = (index: number): boolean => (nodes[index]!.errorShare ?? 0) >= troubled;
  return [...byCount.slice(0, hubs), ...others.filter(fails), ...others.filter((index) => !fails(index))];
}
