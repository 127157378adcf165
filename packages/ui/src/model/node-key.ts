import type { ServiceEdge } from '@spanwise/wire/query';

/** What stands on the map: a service, or a database or broker that services name. */
export type NodeKind = ServiceEdge['calleeKind'];

/**
 * A node in the address and in sets: the name of a service as it is, others with their kind before it. A service and a database
 * may have one name.
 */
export function nodeKey(name: string, kind: NodeKind): string {
  const looksLikeOther = /^(service|database|broker):/.test(name);
  return kind === 'service' && !looksLikeOther ? name : `${kind}:${name}`;
}
