import type { SpanRecord } from '@spanwise/wire/span-record';

import { attributeText } from '../matching/attribute-text.ts';
import { FacetCounts } from './facet-counts.ts';

/** What is known of a trace when its tags are counted. */
export interface TraceOutcome {
  /** Of its duration. */
  readonly bucket: number;
  readonly hasFailed: boolean;
}

/** Facets told. */
const mostFacets = 6;
/** Keys counted; those that come later are left out. */
const mostKeys = 300;
/** A key with more values names things one by one (ids, addresses) and groups nothing. */
const mostValues = 60;
/** So many values may each be of one trace: a key that has more of them than of others names things one by one, too. */
const mostSingles = 3;
/** Longer values are statements and messages: nobody chooses among them. */
const longestValue = 100;
/** The slowest share of traces that counts as slow. */
const slowShare = 0.1;

interface CountedKey {
  readonly counts: FacetCounts;
  readonly outcomes: Map<string, OutcomeCounts>;
}

/** Told in any case, so nobody asks what its values say; it may have one for each trace. */
interface AskedKey {
  readonly counts: FacetCounts;
  isThere: boolean;
}

/** Traces with a value, by what became of them: those that failed, the others by duration. */
interface OutcomeCounts {
  traces: number;
  failed: number;
  readonly buckets: Map<number, number>;
}

/** Counts traces by the values of their tags, and says which keys tell slow and failed traces best from the others. */
export class TagFacets {
  readonly #keys = new Map<string, CountedKey | 'many'>();
  readonly #asked: ReadonlyMap<string, AskedKey>;
  readonly #all = emptyOutcomes();

  /** @param asked keys whose values are told in any case */
  constructor(asked: readonly string[]) {
    this.#asked = new Map(asked.map((key) => [key, { counts: new FacetCounts(), isThere: false }]));
  }

  /** The tags of the matching spans of one trace, and of their resources. */
  add(matched: readonly SpanRecord[], outcome: TraceOutcome): void {
    note(this.#all, outcome);
    for (const [key, values] of valuesOf(matched)) {
      const asked = this.#asked.get(key);
      if (asked === undefined) this.#addKey(key, values, outcome);
      else {
        asked.isThere = true;
        asked.counts.add(values);
      }
    }
  }

  /** The keys asked for that any trace has, then those that say most; what all traces have one value of is left out there. */
  told(): { readonly key: string; readonly counts: FacetCounts }[] {
    const asked = Array.from(this.#asked, ([key, { counts, isThere }]) => (isThere ? [{ key, counts }] : [])).flat();
    return [...asked, ...this.#mostSeparating()];
  }

  #mostSeparating(): { readonly key: string; readonly counts: FacetCounts }[] {
    const slowFrom = slowBucket(this.#all);
    const ranked = [...this.#keys].flatMap(([key, counted]) => {
      if (counted === 'many' || namesOneByOne(counted.outcomes)) return [];
      const score = separation(this.#all, [...counted.outcomes.values()], slowFrom);
      return score > 0 ? [{ key, counts: counted.counts, score }] : [];
    });
    ranked.sort((a, b) => b.score - a.score || (a.key < b.key ? -1 : 1));
    return ranked.slice(0, mostFacets);
  }

  #addKey(key: string, values: ReadonlySet<string>, outcome: TraceOutcome): void {
    let counted = this.#keys.get(key);
    if (counted === 'many') return;
    if (counted === undefined) {
      if (this.#keys.size >= mostKeys) return;
      counted = { counts: new FacetCounts(), outcomes: new Map() };
      this.#keys.set(key, counted);
    }
    counted.counts.add(values);
    for (const value of values) {
      let outcomes = counted.outcomes.get(value);
      if (outcomes === undefined) counted.outcomes.set(value, (outcomes = emptyOutcomes()));
      note(outcomes, outcome);
    }
    if (counted.outcomes.size > mostValues) this.#keys.set(key, 'many');
  }
}

function valuesOf(spans: readonly SpanRecord[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const resources = new Set(spans.map(({ resource }) => resource));
  for (const { attributes } of [...spans, ...resources]) {
    for (let index = 0; index < attributes.length; index += 2) {
      const key = attributes[index] as string;
      const value = attributeText(attributes[index + 1] ?? null);
      if (value === undefined || value.length > longestValue) continue;
      const values = found.get(key);
      if (values === undefined) found.set(key, new Set([value]));
      else values.add(value);
    }
  }
  return found;
}

function emptyOutcomes(): OutcomeCounts {
  return { traces: 0, failed: 0, buckets: new Map() };
}

function note(counts: OutcomeCounts, { bucket, hasFailed }: TraceOutcome): void {
  counts.traces++;
  if (hasFailed) counts.failed++;
  else counts.buckets.set(bucket, (counts.buckets.get(bucket) ?? 0) + 1);
}

function namesOneByOne(outcomes: ReadonlyMap<string, OutcomeCounts>): boolean {
  let singles = 0;
  for (const { traces } of outcomes.values()) if (traces === 1) singles++;
  return singles > mostSingles && singles > outcomes.size / 2;
}

/** The bucket from which on a trace is one of the slowest; infinite when all take about as long. */
function slowBucket({ traces, buckets }: OutcomeCounts): number {
  let slow = 0;
  let from = Number.POSITIVE_INFINITY;
  for (const [bucket, count] of [...buckets].sort(([one], [other]) => other - one)) {
    slow += count;
    // Where that many take as long, the few that take longer are the slow ones.
    if (slow > traces / 2) break;
    from = bucket;
    if (slow >= traces * slowShare) break;
  }
  return from;
}

/**
 * How much a key's values tell about whether a trace is slow or failed, in bits for each trace (mutual information, summed
 * over values, since a trace may have several), and a little for dividing the traces at all, which decides where none is.
 */
function separation(all: OutcomeCounts, values: readonly OutcomeCounts[], slowFrom: number): number {
  const share = troubled(all, slowFrom) / all.traces;
  let bits = 0;
  for (const value of values) {
    const withValue = value.traces / all.traces;
    if (withValue >= 1) continue;
    const inside = troubled(value, slowFrom) / value.traces;
    const outside = (share - inside * withValue) / (1 - withValue);
    const gained = entropy(share) - withValue * entropy(inside) - (1 - withValue) * entropy(outside);
    bits += Math.max(0, gained) + 0.001 * entropy(withValue);
  }
  // Rounded, so that the order of traces does not decide between keys that say the same.
  return Math.round((bits / Math.sqrt(values.length)) * 1e9);
}

function troubled({ failed, buckets }: OutcomeCounts, slowFrom: number): number {
  let count = failed;
  for (const [bucket, traces] of buckets) if (bucket >= slowFrom) count += traces;
  return count;
}

function entropy(share: number): number {
  if (!(share > 0 && share < 1)) return 0;
  return -share * Math.log2(share) - (1 - share) * Math.log2(1 - share);
}
