import { SpanKind } from '@spanwise/wire/span-record';
import type { SpanRecord } from '@spanwise/wire/span-record';
import type { IdIndex } from './id-index.ts';

/**
 * The two halves of Zipkin calls: a client and a server record under one id. The server half is marked `shared`; some
 * senders forget the mark, and then a server record with the id of a client record is taken for one.
 */
export class SharedHalves {
  readonly #ids: IdIndex;
  readonly #spans: readonly SpanRecord[];
  /** By position of the first span with the id: position of the client half, -1 when there is none. */
  readonly #client: Int32Array;
  /** By service, then by position of the first span with the id. */
  readonly #servers = new Map<string, Map<number, number>>();

  constructor(spans: readonly SpanRecord[], ids: IdIndex) {
    this.#ids = ids;
    this.#spans = spans;
    this.#client = new Int32Array(spans.length).fill(-1);
    for (let index = 0; index < spans.length; index++) this.#addClient(index);
    for (let index = 0; index < spans.length; index++) this.#addServer(index);
  }

  /** The client half of this span; -1 when the span is not a server half or its client half is not here. */
  clientOf(index: number): number {
    return this.#mayBeServerHalf(index) ? this.#client[this.#ids.first[index]!]! : -1;
  }

  /**
   * Of the spans that have the id of the one at `first`, the one that a child in `service` ran under: the server half
   * of that service, else the client half, else the first.
   */
  parentFor(first: number, service: string): number {
    const server = this.#servers.get(service)?.get(first);
    if (server !== undefined) return server;
    return this.#client[first] === -1 ? first : this.#client[first]!;
  }

  /** True for either half of a call of which the client half is here. */
  isHalf(index: number): boolean {
    return this.clientOf(index) !== -1 || this.#client[this.#ids.first[index]!] === index;
  }

  #mayBeServerHalf(index: number): boolean {
    const { shared, kind } = this.#spans[index]!;
    return shared || kind === SpanKind.server;
  }

  #addClient(index: number): void {
    const first = this.#ids.first[index]!;
    const { shared, kind } = this.#spans[index]!;
    if (!shared && kind === SpanKind.client && this.#client[first] === -1) this.#client[first] = index;
  }

  #addServer(index: number): void {
    if (this.clientOf(index) === -1) return;
    const service = this.#spans[index]!.resource.serviceName;
    let byId = this.#servers.get(service);
    if (byId === undefined) this.#servers.set(service, (byId = new Map()));
    const first = this.#ids.first[index]!;
    if (!byId.has(first)) byId.set(first, index);
  }
}
