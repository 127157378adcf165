import { groupByParent } from '../children.ts';
import type { Children } from '../children.ts';
import type { TraceTree } from '../trace-tree.ts';
import { SpanKind, SpanStatus } from '@spanwise/wire/span-record';
import type { FindingThresholds } from './finding-thresholds.ts';
import type { FindingFacts, FindingKind, FindingOf, SavableHow } from './finding.ts';
import { PathTimes } from './path-times.ts';
import { SpanCalls } from './span-calls.ts';
import { union } from './stretch.ts';
import type { Stretch } from './stretch.ts';

/** A finding before its saving is put into proportion. */
export type Draft = { readonly [Kind in FindingKind]: DraftOf<Kind> }[FindingKind];

/** One kind of `Draft`. */
export interface DraftOf<Kind extends FindingKind> extends Pick<
  FindingOf<Kind>,
  'kind' | 'root' | 'subject' | 'evidence' | 'facts'
> {
  readonly savableNanos: number;
  readonly savableHow: SavableHow;
  /** What of the root's time is spent in it. */
  readonly pathNanos: number;
  readonly facts: FindingFacts[Kind];
}

/** Finds one kind of thing, or two that are told apart. Takes about linear time and never throws, whatever the trace. */
export type Detector = (trace: TraceEvidence) => readonly Draft[];

/** What the detectors share, read once from the trace; and what those that ran have told to those that run after them. */
export class TraceEvidence {
  readonly tree: TraceTree;
  readonly limits: FindingThresholds;
  /** Siblings by start. */
  readonly children: Children;
  /** By position: the root or the detached span above it, or the span itself. Its critical path is the one that counts. */
  readonly top: Int32Array;
  /** By position: the span with which the same process came into play, or the span itself. */
  readonly entry: Int32Array;
  readonly path: PathTimes;
  readonly calls: SpanCalls;
  /** 1 for calls that another call of the same process contains: a mapper above a driver is one call. */
  readonly isInnerCall: Uint8Array;
  readonly #claimed: Uint8Array;
  #likeSiblings: readonly (readonly number[])[] | undefined;
  readonly #explained: Stretch[] = [];

  constructor(tree: TraceTree, limits: FindingThresholds) {
    this.tree = tree;
    this.limits = limits;
    this.children = groupByParent(tree.parent);
    this.calls = new SpanCalls(tree.spans);
    this.top = new Int32Array(tree.spans.length);
    this.entry = new Int32Array(tree.spans.length);
    this.isInnerCall = new Uint8Array(tree.spans.length);
    this.#claimed = new Uint8Array(tree.spans.length);
    for (const index of tree.order) this.#place(index);
    this.path = new PathTimes(
      tree,
      Array.from(tree.spans.keys()).filter((index) => this.top[index] === index),
    );
  }

  /** What the span took, as the tree has it. */
  nanos(index: number): number {
    return this.tree.endOffsetNanos[index]! - this.tree.startOffsetNanos[index]!;
  }

  stretch(index: number): Stretch {
    return { start: this.tree.startOffsetNanos[index]!, end: this.tree.endOffsetNanos[index]! };
  }

  /**
   * What the spans above these have on the path within these stretches, with no child at work. Stretches under one span may overlap: what they
   * share is looked up once.
   */
  ownAbove(stretches: Iterable<readonly [index: number, stretch: Stretch]>): Stretch[] {
    const byParent = new Map<number, Stretch[]>();
    for (const [index, stretch] of stretches) {
      const above = this.tree.parent[index]!;
      const others = byParent.get(above);
      if (others === undefined) byParent.set(above, [stretch]);
      else others.push(stretch);
    }
    byParent.delete(-1);
    return [...byParent].flatMap(([above, parts]) => union(parts).flatMap((part) => this.path.ownWithin(above, part)));
  }

  service(index: number): string {
    return this.tree.spans[index]!.resource.serviceName;
  }

  name(index: number): string {
    return this.tree.spans[index]!.name;
  }

  hasFailed(index: number): boolean {
    return this.tree.spans[index]!.status === SpanStatus.error;
  }

  /** True when a saving is one that people would notice; see `FindingThresholds.savableMs`. */
  isWorth(savableNanos: number, root: number): boolean {
    const { savableMs, savableShare, savableFloorMs } = this.limits;
    if (savableNanos >= savableMs * 1e6 && savableNanos > 0) return true;
    return savableNanos >= Math.max(savableFloorMs * 1e6, savableShare * this.nanos(root)) && savableNanos > 0;
  }

  /** Groups the positions for which `keyOf` has a number, each group by start. */
  groups(keyOf: (index: number) => number | undefined): Iterable<number[]> {
    const groups = new Map<number, number[]>();
    for (let index = 0; index < this.tree.spans.length; index++) {
      const key = keyOf(index);
      if (key === undefined) continue;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [index]);
      else group.push(index);
    }
    return groups.values();
  }

  /** Siblings that are alike, two at least, each group by start. */
  get likeSiblings(): readonly (readonly number[])[] {
    const { parent } = this.tree;
    this.#likeSiblings ??= [
      ...this.groups((index) =>
        parent[index]! < 0 ? undefined : this.pair(parent[index]!, this.calls.likeness(index)),
      ),
    ].filter((group) => group.length > 1);
    return this.#likeSiblings;
  }

  /** One number for a pair of positions or likenesses. */
  pair(left: number, right: number): number {
    return left * (this.tree.spans.length + 1) + right;
  }

  /** Says that these spans stand in a finding, for detectors that come later. */
  claim(positions: Iterable<number>): void {
    for (const index of positions) this.#claimed[index] = 1;
  }

  isClaimed(index: number): boolean {
    return this.#claimed[index] === 1;
  }

  /** Says what went on in this time, so that it is not told as time in no span as well. */
  explain(stretches: Iterable<Stretch>): void {
    for (const stretch of stretches) this.#explained.push(stretch);
  }

  get explained(): readonly Stretch[] {
    return this.#explained;
  }

  #place(index: number): void {
    const above = this.tree.parent[index]!;
    this.top[index] = above < 0 || this.tree.detached[index] === 1 ? index : this.top[above]!;
    this.entry[index] = above < 0 || this.#comesFromOutside(index, above) ? index : this.entry[above]!;
    const within = above >= 0 && this.entry[above] === this.entry[index];
    if (within && (this.isInnerCall[above] === 1 || this.calls.at(above) !== undefined)) this.isInnerCall[index] = 1;
  }

  #comesFromOutside(index: number, above: number): boolean {
    const { kind } = this.tree.spans[index]!;
    return kind === SpanKind.server || kind === SpanKind.consumer || this.service(index) !== this.service(above);
  }
}
