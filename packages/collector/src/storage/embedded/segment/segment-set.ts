import type { Catalogue } from '../hot/catalogue.ts';
import { parquetPath, sidecarPath } from './segment-files.ts';
import type { SegmentInfo } from './segment-info.ts';
import { SidecarReader } from './sidecar-reader.ts';

/** Open files and parsed catalogues kept at most. */
const mostOpenSidecars = 256;
const mostCatalogues = 32;

/** The segments that queries look into. Files are opened when first needed; few stay open. */
export class SegmentSet {
  readonly #directory: string;
  readonly #segments = new Map<number, SegmentInfo>();
  readonly #sidecars = new Map<number, SidecarReader>();
  readonly #catalogues = new Map<number, Catalogue>();

  constructor(directory: string) {
    this.#directory = directory;
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

  sidecar({ number }: SegmentInfo): SidecarReader {
    const known = this.#sidecars.get(number);
    const reader = known ?? new SidecarReader(sidecarPath(this.#directory, number));
    for (const [oldest, file] of evicted(this.#sidecars, number, reader, mostOpenSidecars)) {
      file.close();
      this.#sidecars.delete(oldest);
    }
    return reader;
  }

  catalogue(segment: SegmentInfo): Catalogue {
    const catalogue = this.#catalogues.get(segment.number) ?? this.sidecar(segment).catalogue();
    for (const [oldest] of evicted(this.#catalogues, segment.number, catalogue, mostCatalogues)) {
      this.#catalogues.delete(oldest);
    }
    return catalogue;
  }
}

/** Puts the entry last; answers the ones that are over the limit, longest unused first. */
function evicted<T>(cache: Map<number, T>, number: number, value: T, most: number): [number, T][] {
  cache.delete(number);
  cache.set(number, value);
  return cache.size > most ? [...cache].slice(0, cache.size - most) : [];
}
