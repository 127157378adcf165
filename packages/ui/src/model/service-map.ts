import type { LatencySums, ServiceEdgesAnswer, StatisticsAnswer } from '@spanwise/wire/query';
import { SpanKind } from '@spanwise/wire/span-record';
import { callerKinds } from './caller-kinds.ts';
import { mergeSums } from './latency-sums.ts';
import type { NodeKind } from './node-key.ts';
import { nodeKey } from './node-key.ts';
import { measuresOf } from './service-rows.ts';
import type { Measures } from './service-rows.ts';

/** A service, database or broker. */
export interface MapNode extends Measures {
  /** By which the address names it: `nodeKey`. */
  readonly key: string;
  readonly name: string;
  readonly kind: NodeKind;
}

/** Calls from one node to another, by their positions in `ServiceMap.nodes`. */
export interface MapEdge extends Measures {
  readonly from: number;
  readonly to: number;
}

/** Who calls whom. */
export interface ServiceMap {
  /** By key. */
  readonly nodes: readonly MapNode[];
  /** By caller, then callee. Calls of a service to itself are left out. */
  readonly edges: readonly MapEdge[];
}

/** The map of a window that lasted so many seconds. Statistics are those of whole services by sides. */
export function serviceMap(
  { statistics }: Pick<StatisticsAnswer, 'statistics'>,
  { edges }: Pick<ServiceEdgesAnswer, 'edges'>,
  seconds: number,
): ServiceMap {
  const named = edges.filter(({ caller, callee }) => caller !== '' && callee !== '');
  const kindOfCaller = callerKinds(
    statistics.map(({ service }) => service),
    named,
  );
  const parts = new Map<string, NodeParts>();
  const partOf = (name: string, kind: NodeKind): NodeParts => {
    const key = nodeKey(name, kind);
    let part = parts.get(key);
    if (part === undefined) parts.set(key, (part = { key, name, kind, answered: [], own: [], met: [], called: [] }));
    return part;
  };
  for (const line of statistics) {
    if (line.service === '') continue;
    const part = partOf(line.service, 'service');
    sideOf(part, line.kind).push(line);
  }
  for (const edge of named) {
    partOf(edge.caller, kindOfCaller(edge.caller));
    partOf(edge.callee, edge.calleeKind).met.push(edge);
  }
  const sorted = [...parts.values()].sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
  const places = new Map(sorted.map(({ key }, at) => [key, at]));
  return {
    nodes: sorted.map((part) => nodeOf(part, seconds)),
    edges: named
      .map((edge) => ({
        from: places.get(nodeKey(edge.caller, kindOfCaller(edge.caller)))!,
        to: places.get(nodeKey(edge.callee, edge.calleeKind))!,
        ...measuresOf(edge, seconds),
      }))
      .filter(({ from, to }) => from !== to)
      .sort((a, b) => a.from - b.from || a.to - b.to),
  };
}

/** What is known of a node, by where it is known from. */
interface NodeParts {
  readonly key: string;
  readonly name: string;
  readonly kind: NodeKind;
  /** Its own spans: what it answered, did by itself, called. */
  readonly answered: LatencySums[];
  readonly own: LatencySums[];
  readonly called: LatencySums[];
  /** What its callers met. */
  readonly met: LatencySums[];
}

function sideOf(part: NodeParts, kind: number): LatencySums[] {
  if (kind === SpanKind.server) return part.answered;
  return kind === SpanKind.client ? part.called : part.own;
}

/** A node is told by what it answered, else by what its callers met, else by its own work, else by its calls. */
function nodeOf({ key, name, kind, answered, met, own, called }: NodeParts, seconds: number): MapNode {
  const told = [answered, met, own].find((sums) => sums.length > 0) ?? called;
  return { key, name, kind, ...measuresOf(mergeSums(told), seconds) };
}

/** A node with its callers and callees, and only the calls that it has part in; `undefined` when it is not on the map. */
export function neighbourhood({ nodes, edges }: ServiceMap, key: string): ServiceMap | undefined {
  const centre = nodes.findIndex((node) => node.key === key);
  if (centre === -1) return undefined;
  const own = edges.filter(({ from, to }) => from === centre || to === centre);
  const kept = new Set([centre, ...own.flatMap(({ from, to }) => [from, to])]);
  const places = new Map([...kept].sort((a, b) => a - b).map((node, at) => [node, at]));
  return {
    nodes: [...places.keys()].map((node) => nodes[node]!),
    edges: own.map((edge) => ({ ...edge, from: places.get(edge.from)!, to: places.get(edge.to)! })),
  };
}

/** The node that a typed text means: the one with this key or name, else the first whose key holds it. */
export function findNode({ nodes }: ServiceMap, text: string): MapNode | undefined {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return undefined;
  return (
    nodes.find(({ key }) => key === text.trim()) ??
    nodes.find(({ key, name }) => [key, name].some((one) => one.toLowerCase() === wanted)) ??
    nodes.find(({ key }) => key.toLowerCase().startsWith(wanted)) ??
    nodes.find(({ key }) => key.toLowerCase().includes(wanted))
  );
}
