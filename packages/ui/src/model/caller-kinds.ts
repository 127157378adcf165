import type { LatencySums, ServiceEdge } from '@spanwise/wire/query';
import type { NodeKind } from './node-key.ts';

/** Edges do not tell what a caller is: a service when anything says so, else the broker of that name. */
export function callerKinds(services: readonly string[], edges: readonly ServiceEdge[]): (caller: string) => NodeKind {
  const known = new Set(services);
  const brokers = new Set<string>();
  for (const { callee, calleeKind } of edges) {
    if (calleeKind === 'service') known.add(callee);
    if (calleeKind === 'broker') brokers.add(callee);
  }
  return (caller) => (!known.has(caller) && brokers.has(caller) ? 'broker' : 'service');
}

/** Calls to or from a service, by the other side. */
export interface NeighbourEdge extends LatencySums {
  readonly name: string;
  readonly kind: NodeKind;
}

/** Who calls a service, and what it calls. `services` are those of which spans are known. */
export function neighboursOf(
  service: string,
  services: readonly string[],
  edges: readonly ServiceEdge[],
): { readonly callers: readonly NeighbourEdge[]; readonly callees: readonly NeighbourEdge[] } {
  const kindOfCaller = callerKinds([...services, service], edges);
  return {
    callers: edges
      .filter(({ callee, calleeKind }) => callee === service && calleeKind === 'service')
      .map((edge) => ({ ...edge, name: edge.caller, kind: kindOfCaller(edge.caller) })),
    callees: edges
      .filter(({ caller }) => caller === service)
      .map((edge) => ({ ...edge, name: edge.callee, kind: edge.calleeKind })),
  };
}
