import type { ServiceCatalogue } from '../hot/catalogue.ts';
import type { SegmentSet } from '../segment/segment-set.ts';

interface Merged {
  readonly operations: Map<string, { name: string; kind: number }>;
  readonly remoteServices: Set<string>;
  readonly tagKeys: Set<string>;
}

/** The services of all segments in one. Grows with the segments; built anew after one was removed. */
export class CatalogueIndex {
  readonly #segments: SegmentSet;
  readonly #included = new Set<number>();
  readonly #services = new Map<string, Merged>();

  constructor(segments: SegmentSet) {
    this.#segments = segments;
  }

  /** A segment is gone: what only it had must go too. */
  forget(): void {
    this.#included.clear();
    this.#services.clear();
  }

  /** Together with `more`, which is not kept. */
  merged(more: readonly ServiceCatalogue[]): ServiceCatalogue[] {
    for (const segment of this.#segments.list()) {
      if (this.#included.has(segment.number)) continue;
      for (const service of this.#segments.catalogue(segment).services) merge(this.#services, service);
      this.#included.add(segment.number);
    }
    const all = new Map<string, Merged>();
    for (const service of [...finished(this.#services), ...more]) merge(all, service);
    return finished(all);
  }
}

function merge(into: Map<string, Merged>, service: ServiceCatalogue): void {
  let merged = into.get(service.service);
  if (merged === undefined) {
    merged = { operations: new Map(), remoteServices: new Set(), tagKeys: new Set() };
    into.set(service.service, merged);
  }
  for (const operation of service.operations) merged.operations.set(`${operation.kind} ${operation.name}`, operation);
  for (const name of service.remoteServices) merged.remoteServices.add(name);
  for (const key of service.tagKeys) merged.tagKeys.add(key);
}

function finished(services: ReadonlyMap<string, Merged>): ServiceCatalogue[] {
  return [...services].map(([service, { operations, remoteServices, tagKeys }]) => ({
    service,
    operations: [...operations.values()],
    remoteServices: [...remoteServices],
    tagKeys: [...tagKeys],
  }));
}
