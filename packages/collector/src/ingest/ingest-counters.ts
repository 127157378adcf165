import type { BodyProtocol } from '../formats/body-codecs.ts';

/** How a request body came in. */
export type IngestProtocol = BodyProtocol | 'unknown';

/** What happened to everything that was sent, since the start. Every request with a body adds to `bodies` exactly once. */
export class IngestCounters {
  /** Spans found in bodies that decode, kept or not. */
  readonly receivedSpans: Map<IngestProtocol, number> = new Map();
  /** Spans that were refused alone, for an id or a time that cannot be. */
  readonly rejectedSpans: Map<IngestProtocol, number> = new Map();
  /** Spans whose body the store acknowledged. */
  readonly storedSpans: Map<IngestProtocol, number> = new Map();
  /** Requests and datagrams by `protocol status`; HTTP's status, or what it would be. */
  readonly bodies: Map<string, number> = new Map();

  countBody(protocol: IngestProtocol, status: number): void {
    increase(this.bodies, `${protocol} ${status}`, 1);
  }

  countReceived(protocol: IngestProtocol, spanCount: number, rejected: number): void {
    increase(this.receivedSpans, protocol, spanCount + rejected);
    increase(this.rejectedSpans, protocol, rejected);
  }

  countStored(protocol: IngestProtocol, spanCount: number): void {
    increase(this.storedSpans, protocol, spanCount);
  }
}

function increase<K>(counts: Map<K, number>, key: K, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
