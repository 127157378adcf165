import type { TraceIdWords } from '@spanwise/wire';
import { latencyBucketsPerDoubling, latencyQuantileNanos } from '@spanwise/wire';

/** The bucket of all that took 1 ns or less, negative durations included. */
export const lowestBucket = -1;
/** The bucket of 2^53 ns, the longest duration. */
const highestBucket = 53 * latencyBucketsPerDoubling - 1;

const bounds = Float64Array.from({ length: highestBucket + 2 }, (_, index) => 2 ** (index / latencyBucketsPerDoubling));

/** The bucket of a duration: bucket `i` holds those above 2^(i/8) ns up to 2^((i+1)/8) ns. */
export function bucketOf(nanos: number): number {
  if (!(nanos > 1)) return lowestBucket;
  const guess = Math.min(highestBucket, Math.ceil(Math.log2(nanos) * latencyBucketsPerDoubling) - 1);
  // Logarithms are not exact at the bounds.
  if (nanos <= (bounds[guess] as number)) return guess - 1;
  return nanos > (bounds[guess + 1] as number) && guess < highestBucket ? guess + 1 : guess;
}

/** What a bucket holds: how many, by their weights, and one trace for an example. */
interface Bucket {
  count: number;
  exemplar: TraceIdWords;
}

/** As JSON: bucket, count, and the exemplar's four words, in turn, by bucket. */
export type HistogramJson = number[];

/**
 * Latencies in exponential buckets of a fixed base, each with one exemplar. To merge is to add, so histograms of parts in any
 * order are the histogram of the whole: counts are exact as long as they are multiples of 2^-20 below 2^33. Of several
 * exemplars the one with the largest trace id is kept, which is as good as any and the same in any order.
 */
export class LatencyHistogram {
  readonly #buckets = new Map<number, Bucket>();

  static of(json: HistogramJson): LatencyHistogram {
    const histogram = new LatencyHistogram();
    for (let at = 0; at < json.length; at += 6) {
      const [bucket = 0, count = 0, word0 = 0, word1 = 0, word2 = 0, word3 = 0] = json.slice(at, at + 6);
      histogram.#buckets.set(bucket, { count, exemplar: [word0, word1, word2, word3] });
    }
    return histogram;
  }

  add(nanos: number, weight: number, exemplar: TraceIdWords): void {
    this.#add(bucketOf(nanos), weight, exemplar);
  }

  merge(other: LatencyHistogram): void {
    for (const [bucket, { count, exemplar }] of other.#buckets) this.#add(bucket, count, exemplar);
  }

  /** Takes out what was added before. Exemplars stay where anything does. */
  subtract(other: LatencyHistogram): void {
    for (const [bucket, { count, exemplar }] of other.#buckets) this.#add(bucket, -count, exemplar);
  }

  /** How many, by their weights. */
  get count(): number {
    let count = 0;
    for (const bucket of this.#buckets.values()) count += bucket.count;
    return count;
  }

  /** The duration that the share `quantile` of all does not exceed, in nanoseconds, at most 4.4 % wrong; `undefined` of none. */
  quantile(quantile: number): number | undefined {
    const sorted = this.#sorted();
    const buckets = sorted.map(([bucket]) => bucket);
    return latencyQuantileNanos({ buckets, counts: sorted.map(([, { count }]) => count) }, quantile);
  }

  toJSON(): HistogramJson {
    return this.#sorted().flatMap(([bucket, { count, exemplar }]) => [bucket, count, ...exemplar]);
  }

  /** By bucket, those that hold anything. */
  entries(): { bucket: number; count: number; exemplar: TraceIdWords }[] {
    return this.#sorted().map(([bucket, { count, exemplar }]) => ({ bucket, count, exemplar }));
  }

  #sorted(): [number, Bucket][] {
    return [...this.#buckets].filter(([, { count }]) => count !== 0).sort(([a], [b]) => a - b);
  }

  #add(bucket: number, count: number, exemplar: TraceIdWords): void {
    const known = this.#buckets.get(bucket);
    if (known === undefined) {
      this.#buckets.set(bucket, { count, exemplar });
      return;
    }
    known.count += count;
    if (compareIds(exemplar, known.exemplar) > 0) known.exemplar = exemplar;
  }
}

function compareIds(a: TraceIdWords, b: TraceIdWords): number {
  for (let word = 0; word < 4; word++) {
    const difference = ((a[word] as number) >>> 0) - ((b[word] as number) >>> 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
