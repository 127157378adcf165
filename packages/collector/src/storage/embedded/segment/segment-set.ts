import type { Catalogue } from '../hot/catalogue.ts';
import { parquetPath, sidecarPath } from './segment-files.ts';
import type { SegmentInfo } from './segment-info.ts';
import { SidecarReader } from './sidecar-reader.ts';

/** Open files and parsed catalogues kept at most. */
const mostKept = { sidecars: 256, catalogues: 32 };

/** The segments that queries look into. Files are opened when first needed; those of the newest stay open. */
export class SegmentSet {
  readonly #directory: string;
  readonly #most: typeof mostKept;
  readonly #segments = new Map<number, SegmentInfo>();
  readonly #sidecars = new Map<number, SidecarReader>();
  readonly #catalogues = new Map<number, Catalogue>();

  constructor(directory: string, most: typeof mostKept = mostKept) {
    this.#directory = directory;
    this.#most = most;
  }

  add(segment: SegmentInfo): void {
    this.#segments.set(segment.number, segment);
  }

  remove(number: number): void {
    this.#segments.delete(number);
    this.#catalogues.delete(number);
    this.#sidecars.get(number)?.close();
    this.#sidecars.delete(number);
  }

  clear(): void {
    for (const number of this.#segments.keys()) this.remove(number);
  }

  has(number: number): boolean {
    return this.#segments.has(number);
  }

  /** In order of their numbers: the order of arrival. */
  list(): SegmentInfo[] {
    return [...this.#segments.values()].sort((a, b) => a.number - b.number);
  }

  file({ number }: SegmentInfo): string {
    return parquetPath(this.#directory, number);
  }

  /** Good until another segment's is asked for. */
  sidecar({ number, header }: SegmentInfo): SidecarReader {
    const known = this.#sidecars.get(number);
    if (known !== undefined) return known;
    const reader = new SidecarReader(sidecarPath(this.#directory, number), header);
    keep(this.#sidecars, number, reader, this.#most.sidecars)?.close();
    return reader;
  }

  catalogue(segment: SegmentInfo): Catalogue {
    const known = this.#catalogues.get(segment.number);
    if (known !== undefined) return known;
    const catalogue = this.sidecar(segment).catalogue();
    keep(this.#catalogues, segment.number, catalogue, this.#most.catalogues);
    return catalogue;
  }
}

/**
 * Puts the entry in and gives the one that had to make room: of the others that of the oldest segment. So a look at all
 * segments in turn, which would empty a cache of those used last, leaves the newest.
 */
function keep<T>(cache: Map<number, T>, number: number, value: T, most: number): T | undefined {
  const oldest = cache.size < most ? undefined : Math.min(...cache.keys());
  cache.set(number, value);
  if (oldest === undefined) return undefined;
  const evicted = cache.get(oldest);
  cache.delete(oldest);
  return evicted;
}
