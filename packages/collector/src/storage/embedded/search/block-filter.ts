import type { SegmentInfo } from '../segment/segment-info.ts';
import type { SegmentSet } from '../segment/segment-set.ts';
import { allBlocks } from '../segment/sidecar-reader.ts';

/** Which blocks the filters leave over. Remembers, since the plans of one search share entries. */
export class BlockFilter {
  readonly #segments: SegmentSet;
  /** By entries, then by segment. */
  readonly #known = new Map<string, Map<number, number>>();

  constructor(segments: SegmentSet) {
    this.#segments = segments;
  }

  /** The blocks, as bits, that may have an entry of each group. */
  blocks(segment: SegmentInfo, groups: readonly (readonly number[])[]): number {
    let blocks = allBlocks;
    for (const hashes of groups) {
      blocks &= this.#blocksWith(segment, hashes);
      if (blocks === 0) break;
    }
    return blocks;
  }

  #blocksWith(segment: SegmentInfo, hashes: readonly number[]): number {
    const key = hashes.join();
    let known = this.#known.get(key);
    if (known === undefined) this.#known.set(key, (known = new Map<number, number>()));
    const blocks = known.get(segment.number) ?? this.#segments.sidecar(segment).blocksWith(hashes);
    known.set(segment.number, blocks);
    return blocks;
  }
}
