import type { SpanRecord } from '@spanwise/wire/span-record';

/** Which spans have a given id. */
export interface IdIndex {
  /** Position of the first span with this id, -1 when there is none. */
  find(id0: number, id1: number): number;
  /** For each span, the position of the first span with the same id: itself unless the id occurred before. */
  readonly first: Int32Array;
}

/**
 * Indexes spans by span id: an open-addressed table of positions at half load. Trace ids are not looked at, because
 * halves of one Zipkin trace may carry them with 64 and with 128 bits.
 */
export function indexIds(spans: readonly SpanRecord[]): IdIndex {
  const mask = tableSize(spans.length) - 1;
  const table = new Int32Array(mask + 1).fill(-1);
  const first = new Int32Array(spans.length);
  const slotOf = (id0: number, id1: number): number => {
    let slot = hash(id0, id1) & mask;
    for (let held = table[slot]!; held !== -1; held = table[slot]!) {
      const span = spans[held]!;
      if (span.spanId0 === id0 && span.spanId1 === id1) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  };
  for (let index = 0; index < spans.length; index++) {
    const slot = slotOf(spans[index]!.spanId0, spans[index]!.spanId1);
    if (table[slot] === -1) table[slot] = index;
    first[index] = table[slot]!;
  }
  return { find: (id0, id1) => table[slotOf(id0, id1)]!, first };
}

function tableSize(count: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(2, count * 2)));
}

/** Ids are mostly random, but people also number spans 1, 2, 3: mix all bits. */
function hash(id0: number, id1: number): number {
  let mixed = Math.imul(id0 ^ 0x9e3779b9, 0x85ebca6b) ^ id1;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0xc2b2ae35);
  return mixed ^ (mixed >>> 15);
}
